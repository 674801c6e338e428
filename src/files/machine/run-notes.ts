import { channel } from 'node:diagnostics_channel'

/** What a run asks of this machine, by how it asks; see `answers.ts` for what an answer is. */
export type Question =
  /** `stat`, and `lstat`. */
  | 'stat'
  | 'lstat'
  | 'realpath'
  /** `access`; the argument is the mode. */
  /** The names in a folder, and the same with what each of them is. */
  | 'names'
  | 'entries'
  /** Whether a folder has this name, as the folder spells it. */
  | 'has'
  /** The names in a folder that a regular expression matches: its flags and its source are the argument. */
  | 'matching'
  /** The contents of a regular file of at most that many bytes; at most so many bytes of its beginning. */
  | 'whole'
  | 'beginning'
  /** What lies in the folder of a cache, as a whole. */
  | 'stored'
  /** A variable of the environment; the names of those that begin with the subject. */
  | 'variable'
  | 'variables'

/** Something that a run learned of this machine. */
export interface Look {
  readonly note: 'look'
  readonly question: Question
  /** A path, or the name of a variable. */
  readonly subject: string
  readonly argument: string
  /** The same as long as the run would learn the same. */
  readonly answer: string
}

/** What decides whether the same answer can be given again without a run. */
export type RunNote =
  | Look
  /** A page was taken from the cache, which counts until this time. In milliseconds, as `Date.now`. */
  | { readonly note: 'fresh'; readonly until: number }
  /** The run did what must be done anew each time: asked a server, started a program, wrote a file. */
  | { readonly note: 'unrepeatable'; readonly because: string }
  /** A file was read with this value of a variable in it, which may be a token: it is kept nowhere. */
  | { readonly note: 'expanded'; readonly value: string }
  /** The run printed a text; `again` is what takes its place when the answer is given without the run. */
  | { readonly note: 'printed'; readonly stream: 'stdout' | 'stderr'; readonly text: string; readonly again: string }
  /** The run came to its end. */
  | { readonly note: 'end'; readonly exitCode: number }

/** Found by its name, so that listeners need not load the code that speaks. */
const notes = channel('torchpin:run')

/** Whether somebody listens: notes that cost something to make are made only then. */
export function isWatched(): boolean {
  return notes.hasSubscribers
}

/** Tells listeners what the run of this process just did. */
export function note(what: RunNote): void {
  notes.publish(what)
}

/** Says that the answer of this run must not be given again without a run. */
export function unrepeatable(because: string): void {
  note({ note: 'unrepeatable', because })
}

/** Calls a function with every note from now on. */
export function watchRun(listener: (what: RunNote) => void): void {
  notes.subscribe(what => listener(what as RunNote))
}
