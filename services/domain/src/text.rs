//! Invisible characters.

/// Whether a character has no shape: joiners, direction marks, the byte order mark, fillers, and
/// what the Unicode standard tells programs to ignore. Whitespace and control characters are not
/// covered.
pub fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
            | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{2800}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}'
            | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{1bca0}'..='\u{1bca3}'
            | '\u{1d159}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_no_shape_is_invisible_and_what_has_one_is_not() {
        for c in
            ['\u{200b}', '\u{200d}', '\u{2800}', '\u{3164}', '\u{180f}', '\u{fe0f}', '\u{feff}']
        {
            assert!(is_invisible(c), "{c:?}");
        }
        for c in ['a', '.', 'é', '日', '\u{301}', '\u{2801}', '\u{fffd}', '⚠', '🔥'] {
            assert!(!is_invisible(c), "{c:?}");
        }
    }
}
