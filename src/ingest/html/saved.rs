//! From which address was this page saved? Browsers and extensions write it into a comment at its head.

use super::super::metadata::web_address;
use super::source::{PieceKind, pieces};

/// How far into the page the comment is looked for, in bytes: it stands before or right behind `<html>`.
const HEAD: usize = 16 * 1024;

/// The address in `<!-- saved from url=(0023)https://… -->` (most browsers), or in the comment of SingleFile, whose
/// second line is `url: https://…`.
pub(super) fn address(source: &str) -> Option<String> {
    pieces(source)
        .take_while(|piece| piece.range.start < HEAD)
        .filter(|piece| piece.kind == PieceKind::Comment)
        .find_map(|piece| {
            let comment = &source[piece.range];
            if let Some((_, rest)) = comment.split_once("saved from url=") {
                // In brackets stands the length of the address.
                let rest = rest
                    .strip_prefix('(')
                    .and_then(|rest| rest.split_once(')'))
                    .map_or(rest, |(_, rest)| rest);
                return web_address(rest.split_whitespace().next()?);
            }
            if !comment.contains("SingleFile") {
                return None;
            }
            let url = comment
                .lines()
                .find_map(|line| line.trim_start().strip_prefix("url:"))?;
            web_address(url)
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_that_a_browser_noted_is_found() {
        for page in [
            "<!DOCTYPE html>\n<!-- saved from url=(0033)https://health.example/cramps?a=1 -->\n<html><p>x",
            "<!doctype html><html lang=en><!--\n Page saved with SingleFile \n url: https://health.example/cramps?a=1 \n saved date: Mon Mar 04 2024\n--><p>x",
        ] {
            assert_eq!(
                address(page).as_deref(),
                Some("https://health.example/cramps?a=1")
            );
        }
    }

    #[test]
    fn what_is_no_such_comment_or_no_web_address_is_none() {
        for page in [
            "<p>saved from url=(0010)https://a.example",
            "<!-- saved from url=(0014)about:internet --><p>x",
            "<!-- saved from url= --><p>x",
            "<!-- Page saved with SingleFile --><p>x",
            "",
        ] {
            assert_eq!(address(page), None, "{page}");
        }
    }
}
