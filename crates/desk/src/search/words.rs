//! How text becomes words: the same folding for what is indexed, what is asked and what is shown as found, so that neither engine's
//! own rules matter. Pure.

use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

/// Words beyond these are not indexed: no message of people comes near them.
const MOST_WORDS: usize = 4_000;
/// In characters; what is longer is cut, in the index as in the question.
const LONGEST_WORD: usize = 60;

/// A folded word and where it stood, in bytes of the original.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    pub text: String,
    pub start: usize,
    pub end: usize,
}

/// The words of a text, in order. Scripts that put no space between words give each character as a word.
pub fn words(text: &str) -> Vec<Word> {
    let mut found = Vec::new();
    let mut open: Option<Word> = None;
    for (at, character) in text.char_indices() {
        if found.len() >= MOST_WORDS {
            break;
        }
        let end = at + character.len_utf8();
        if stands_alone(character) {
            found.extend(open.take().and_then(closed));
            found.push(Word { text: fold(character), start: at, end });
        } else if character.is_alphanumeric() || (is_combining_mark(character) && open.is_some()) {
            let word = open.get_or_insert_with(|| Word { text: String::new(), start: at, end });
            word.text.push_str(&fold(character));
            word.end = end;
        } else {
            found.extend(open.take().and_then(closed));
        }
    }
    found.extend(open.and_then(closed));
    found
}

fn closed(mut word: Word) -> Option<Word> {
    if let Some((cut, _)) = word.text.char_indices().nth(LONGEST_WORD) {
        word.text.truncate(cut);
    }
    (!word.text.is_empty()).then_some(word)
}

/// Han, Hiragana, Katakana and Thai: written without spaces.
const fn stands_alone(character: char) -> bool {
    matches!(character as u32,
        0x0E01..=0x0E30 | 0x0E40..=0x0E46 | 0x3041..=0x3096 | 0x30A1..=0x30FA | 0x3400..=0x4DBF | 0x4E00..=0x9FFF | 0xF900..=0xFAFF
        | 0x20000..=0x3FFFF)
}

/// Lower case, without accents, and the letters that people type without them.
fn fold(character: char) -> String {
    let mut folded = String::with_capacity(4);
    for part in std::iter::once(character).nfkd().flat_map(char::to_lowercase).nfkd() {
        match part {
            'ß' => folded.push_str("ss"),
            'æ' => folded.push_str("ae"),
            'œ' => folded.push_str("oe"),
            'þ' => folded.push_str("th"),
            'ø' => folded.push('o'),
            'ł' => folded.push('l'),
            'đ' | 'ð' => folded.push('d'),
            'ħ' => folded.push('h'),
            'ı' => folded.push('i'),
            'ς' => folded.push('σ'),
            other if is_accent(other) || !(other.is_alphanumeric() || is_combining_mark(other)) => {}
            other => folded.push(other),
        }
    }
    folded
}

/// Marks that change how a letter sounds, not which one it is; vowel signs of other scripts stay.
const fn is_accent(character: char) -> bool {
    matches!(character as u32,
        0x0300..=0x036F | 0x0483..=0x0489 | 0x0591..=0x05C7 | 0x0610..=0x061A | 0x064B..=0x065F | 0x0670 | 0x06D6..=0x06ED
        | 0x1AB0..=0x1AFF | 0x1DC0..=0x1DFF | 0x20D0..=0x20FF | 0xFE20..=0xFE2F)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn folded(text: &str) -> Vec<String> {
        words(text).into_iter().map(|word| word.text).collect()
    }

    #[test]
    fn accents_and_case_make_no_difference() {
        assert_eq!(folded("Café CAFÉ cafe\u{301}"), ["cafe", "cafe", "cafe"]);
        assert_eq!(folded("Łódź Straße Ørsted ΣΊΣΥΦΟΣ"), ["lodz", "strasse", "orsted", "σισυφοσ"]);
        assert_eq!(folded("İstanbul ıspanak ﬁn"), ["istanbul", "ispanak", "fin"]);
    }

    #[test]
    fn words_end_where_people_see_them_end() {
        assert_eq!(folded("lena@acme.com, #8812!"), ["lena", "acme", "com", "8812"]);
        assert_eq!(folded("退款 please"), ["退", "款", "please"]);
        assert_eq!(folded("  \n·—"), Vec::<String>::new());
        let word = &words("é, Wörter")[1];
        assert_eq!((word.start, word.end), (4, 11));
    }

    #[test]
    fn what_is_endless_is_cut() {
        assert_eq!(folded(&"x".repeat(500))[0].len(), LONGEST_WORD);
        assert_eq!(words(&"a ".repeat(10_000)).len(), MOST_WORDS);
    }

    proptest! {
        #[test]
        fn any_text_gives_words_that_lie_in_it_and_hold_nothing_but_letters_and_digits(text in "\\PC{0,80}") {
            let mut last = 0;
            for word in words(&text) {
                prop_assert!(word.start >= last && word.end > word.start);
                prop_assert!(text.is_char_boundary(word.start) && text.is_char_boundary(word.end));
                prop_assert!(word.text.chars().all(|c| c.is_alphanumeric() || is_combining_mark(c)), "{:?}", word.text);
                last = word.end;
            }
        }
    }
}
