/** The reasons for which a run stops. Each has an exit code below. */
export type ErrorCode =
  | 'BAD_OPTION'
  | 'FILE_UNREADABLE'
  | 'FILE_CHANGED'
  | 'FILE_OUTSIDE'
  | 'FILE_UNWRITABLE'
  | 'INCLUDE_CYCLE'
  | 'OUTPUT_UNWRITABLE'
  | 'NO_SOLUTION'
  | 'VERIFY_FAILED'
  | 'INDEX_UNREACHABLE'
  | 'INDEX_UNREADABLE'
  | 'INTERRUPTED'

const exitCodes: Readonly<Record<ErrorCode, number>> = {
  BAD_OPTION: 2,
  FILE_UNREADABLE: 2,
  FILE_CHANGED: 2,
  FILE_OUTSIDE: 2,
  FILE_UNWRITABLE: 2,
  INCLUDE_CYCLE: 2,
  OUTPUT_UNWRITABLE: 2,
  NO_SOLUTION: 3,
  VERIFY_FAILED: 3,
  INDEX_UNREACHABLE: 4,
  INDEX_UNREADABLE: 4,
  INTERRUPTED: 130,
}

/** The exit code of a bug: EX_SOFTWARE of sysexits.h, which no finding and no bad input has. */
const BUG = 70

/** The exit code for whatever was thrown: that of a TorchpinError, and 70 for anything else, which is a bug. */
export function exitCodeOf(error: unknown): number {
  return error instanceof TorchpinError ? error.exitCode : BUG
}

/** A run that cannot go on, where the person at the terminal can do something about it. Anything else thrown is a bug. */
export class TorchpinError extends Error {
  readonly code: ErrorCode
  /** What to do about it, as one sentence without a full stop. */
  readonly hint: string | undefined
  /** The flag whose value is at fault, without dashes: a setting may have given it, and is then named with its place. */
  readonly flag: string | undefined

  constructor(code: ErrorCode, message: string, more: { hint?: string; flag?: string; cause?: unknown } = {}) {
    super(message, more.cause === undefined ? undefined : { cause: more.cause })
    this.name = 'TorchpinError'
    this.code = code
    this.hint = more.hint
    this.flag = more.flag
  }

  /** The exit code of the command line: 2 usage or input, 3 no solution, 4 index, 130 interrupted. */
  get exitCode(): number {
    return exitCodes[this.code]
  }
}

/** Whether an error says that an index gave no answer, or none that makes sense. */
export function isOfIndex(error: unknown): error is TorchpinError {
  return error instanceof TorchpinError && error.code.startsWith('INDEX_')
}

/** Whether an error means that the server could not be reached. */
export function isUnreachable(error: unknown): error is TorchpinError {
  return error instanceof TorchpinError && error.code === 'INDEX_UNREACHABLE'
}

/** For `catch`, where a run can do without the answer of an index: nothing in its place. Any other error goes to the caller. */
export function withoutAnswer(error: unknown): undefined {
  if (!isOfIndex(error)) throw error
}

/** A part of a record turned out to be damaged when it was read. */
export class DamagedRecord extends Error {}
