//! Does an engine keep its promises?
