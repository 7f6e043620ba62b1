//! How does a frame get onto the terminal, and how does the terminal become again what it was?

use super::frame::Frame;
use super::state::Size;
use super::text::{Line, Look};
use crossterm::cursor::{Hide, MoveTo, Show};
use crossterm::event::{DisableBracketedPaste, EnableBracketedPaste};
use crossterm::terminal::{
    Clear, ClearType, DisableLineWrap, EnableLineWrap, EnterAlternateScreen, LeaveAlternateScreen,
    disable_raw_mode, enable_raw_mode,
};
use crossterm::{execute, queue};
use ibid::report::Style;
use std::io::{self, IsTerminal, Write};
use std::sync::Once;
use std::sync::atomic::{AtomicBool, Ordering};

/// Whether the terminal is ours at the moment, and has to be given back.
static IS_OURS: AtomicBool = AtomicBool::new(false);

/// The terminal while the prompt has it; it is given back when this goes out of use, and when the program panics.
///
/// It is standard output that is drawn on: the prompt opens only where that is a terminal, while standard error may be a log.
pub(super) struct Screen {
    style: Style,
    shown: Frame,
    size: Option<Size>,
}

impl Screen {
    pub(super) fn enter(style: Style) -> io::Result<Self> {
        restore_on_panic();
        IS_OURS.store(true, Ordering::SeqCst);
        // From here on, so that what fails half-way is undone.
        let screen = Self {
            style,
            shown: Frame::default(),
            size: None,
        };
        enable_raw_mode()?;
        // Lines fit; where a terminal counts the columns of a sign differently, it must not begin another line.
        execute!(io::stdout(), EnterAlternateScreen, DisableLineWrap)?;
        // Where the terminal knows nothing of this, what is pasted is taken as typed.
        let _typed_instead = execute!(io::stdout(), EnableBracketedPaste);
        Ok(screen)
    }

    /// The size of the terminal, or of a common one where it does not say; `None` where it is gone.
    pub(super) fn size() -> Option<Size> {
        let (width, height) = match terminal_size::terminal_size_of(io::stdout()) {
            Some((width, height)) => (width.0, height.0),
            None if io::stdout().is_terminal() => (80, 24),
            None => return None,
        };
        Some(Size {
            width: usize::from(width),
            height: usize::from(height),
        })
    }

    /// Draws what differs from the last frame.
    pub(super) fn paint(&mut self, frame: Frame, size: Size) -> io::Result<()> {
        let is_new = self.size != Some(size);
        if !is_new && self.shown == frame {
            return Ok(());
        }
        let mut out = Vec::new();
        queue!(out, Hide)?;
        if is_new {
            queue!(out, Clear(ClearType::All))?;
        }
        let rows = frame.lines.len().max(self.shown.lines.len());
        let blank = Line::default();
        for row in 0..rows.min(size.height) {
            let line = frame.lines.get(row).unwrap_or(&blank);
            if !is_new && self.shown.lines.get(row) == Some(line) {
                continue;
            }
            queue!(out, MoveTo(0, cell(row)), Clear(ClearType::CurrentLine))?;
            self.line(&mut out, &line.clone().clipped(size.width))?;
        }
        if let Some((column, row)) = frame.cursor {
            queue!(out, MoveTo(cell(column), cell(row)), Show)?;
        }
        // A panic of another thread has given the terminal back: what it said there is not to be painted over.
        if !IS_OURS.load(Ordering::SeqCst) {
            return Ok(());
        }
        let mut terminal = io::stdout().lock();
        terminal.write_all(&out)?;
        terminal.flush()?;
        self.shown = frame;
        self.size = Some(size);
        Ok(())
    }

    fn line(&self, out: &mut Vec<u8>, line: &Line) -> io::Result<()> {
        for (text, look) in line.spans() {
            let colour = match (self.style, look) {
                (Style::Plain, _) | (_, Look::Plain) => "",
                (_, Look::Title) => "\x1b[1m",
                (_, Look::Match) => "\x1b[1;33m",
                (_, Look::Place) => "\x1b[36m",
                (_, Look::Faint) => "\x1b[2m",
            };
            let end = if colour.is_empty() { "" } else { "\x1b[0m" };
            write!(out, "{colour}{text}{end}")?;
        }
        Ok(())
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        restore();
    }
}

/// Gives the terminal back, once.
fn restore() {
    if !IS_OURS.swap(false, Ordering::SeqCst) {
        return;
    }
    let mut out = io::stdout();
    // Each by itself: where one fails, the others are all the more needed, and there is nobody to tell.
    let _tried = execute!(out, DisableBracketedPaste);
    let _tried = execute!(out, EnableLineWrap, Show, LeaveAlternateScreen);
    let _tried = disable_raw_mode();
}

/// What is said of a panic is said on the screen that stays.
fn restore_on_panic() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            restore();
            before(panic);
        }));
    });
}

fn cell(at: usize) -> u16 {
    u16::try_from(at).unwrap_or(u16::MAX)
}
