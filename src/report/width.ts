import { remembered } from '../text/memo.ts'

let segmenter: Intl.Segmenter | undefined

/** Made late: it takes longer than a whole report of nothing but ASCII. */
function graphemes(text: string): Intl.Segments {
  segmenter ??= new Intl.Segmenter(undefined, { granularity: 'grapheme' })
  return segmenter.segment(text)
}

/** Half-width forms are of those scripts too, but narrow. */
const narrow = /^[\u303f\uff61-\uffdc\uffe8-\uffee]/

/** Terminal columns a text takes; one without colour codes and line ends. */
export function displayWidth(text: string): number {
  return /^[\x20-\x7e]*$/.test(text) ? text.length : widthOfOthers(text)
}

/** A report on many files has the same cells again and again. */
const widthOfOthers = remembered((text: string) => {
  let columns = 0
  for (const { segment } of graphemes(text)) columns += columnsOf(segment)
  return columns
})

/** The text, cut to a number of columns with `mark` at its end if it takes more. */
export function cutTo(text: string, columns: number, mark: string): string {
  if (displayWidth(text) <= columns) return text
  const room = columns - displayWidth(mark)
  let [kept, taken] = ['', 0]
  for (const { segment } of graphemes(text)) {
    taken += columnsOf(segment)
    if (taken > room) break
    kept += segment
  }
  return kept + mark.slice(0, Math.max(0, columns))
}

// V8 reads the sets of Unicode where an expression is made: here, so that only what prints other than ASCII waits for them.
function columnsOf(grapheme: string): number {
  if (/^[\p{Mn}\p{Me}\p{Cf}\p{Cc}]+$/u.test(grapheme)) return 0
  return isWide(grapheme) && !narrow.test(grapheme) ? 2 : 1
}

/** Two columns: the scripts and forms of East Asian Width W and F (Unicode annex 11), and emoji. */
function isWide(grapheme: string): boolean {
  return /^(?:[\p{Script=Han}\p{Script=Hangul}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Bopomofo}\p{Script=Yi}\p{Emoji_Presentation}\u3000-\u303e\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6]|.\ufe0f)/u.test(
    grapheme,
  )
}
