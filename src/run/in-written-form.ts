import { TorchpinError } from '../contract/errors.ts'
import { asItIs, type WrittenForm } from '../formats/requirements/written-form.ts'

/** Causes of an error that are put into written form; deeper ones are left out. */
const DEEPEST = 8

/** What files say, byte for byte, has the variables as they are written; to look for their values in it could only do harm. */
const verbatim: ReadonlySet<string> = new Set(['diff', 'from', 'to', 'path', 'name'])

/** Does a piece of work, and puts what it gives or throws into written form: every text in it, at any depth. */
export async function inWrittenForm<Result>(written: WrittenForm, work: () => Promise<Result>): Promise<Result> {
  if (written === asItIs) return work()
  try {
    return valueIn(await work(), written) as Result
  } catch (error) {
    throw errorIn(error, written, 0)
  }
}

/** Plain objects and lists are gone through; anything else, such as bytes, stays. */
function valueIn(value: unknown, written: WrittenForm): unknown {
  if (typeof value === 'string') return written(value)
  if (Array.isArray(value)) return value.map(item => valueIn(item, written))
  if (value === null || typeof value !== 'object' || Object.getPrototypeOf(value) !== Object.prototype) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, held]) => [key, verbatim.has(key) ? held : valueIn(held, written)]),
  )
}

function errorIn(error: unknown, written: WrittenForm, depth: number): unknown {
  if (!(error instanceof Error)) return typeof error === 'string' ? written(error) : error
  const cause = error.cause === undefined || depth === DEEPEST ? undefined : errorIn(error.cause, written, depth + 1)
  const message = written(error.message)
  const hint = error instanceof TorchpinError && error.hint !== undefined ? { hint: written(error.hint) } : {}
  const copy =
    error instanceof TorchpinError
      ? new TorchpinError(error.code, message, { ...hint, cause })
      : Object.assign(
          plainCopy(error, message, written, depth),
          { name: error.name },
          cause === undefined ? {} : { cause },
        )
  if (error.stack !== undefined) copy.stack = written(error.stack)
  const { code } = error as NodeJS.ErrnoException
  return code === undefined ? copy : Object.assign(copy, { code })
}

/** Of a host with two addresses Node tells each failed try. */
function plainCopy(error: Error, message: string, written: WrittenForm, depth: number): Error {
  if (!(error instanceof AggregateError)) return new Error(message)
  return new AggregateError(
    error.errors.slice(0, DEEPEST).map(each => (depth === DEEPEST ? undefined : errorIn(each, written, depth + 1))),
    message,
  )
}
