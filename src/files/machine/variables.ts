import { namesAnswer, variableAnswer } from './answers.ts'
import { isWatched, note } from './run-notes.ts'

type Variables = Readonly<Record<string, string | undefined>>

/** How `namesBeginning` asks variables that are listened to, so that other names do not count. */
const beginning = Symbol('names that begin with')

/** The variables of this process. Listeners (`watchRun`) hear of each one that is read. */
export function processVariables(): Variables {
  if (!isWatched()) return process.env
  const heard = (name: string | symbol) => {
    if (typeof name !== 'string') return
    const answer = variableAnswer(process.env[name])
    note({ note: 'look', question: 'variable', subject: name, argument: '', answer })
  }
  const names = (prefix: string) => {
    const found = Object.keys(process.env).filter(name => name.startsWith(prefix))
    note({ note: 'look', question: 'variables', subject: prefix, argument: '', answer: namesAnswer(found) })
    return found
  }
  return new Proxy(process.env, {
    get(variables, name) {
      if (name === beginning) return names
      heard(name)
      return Reflect.get(variables, name)
    },
    has(variables, name) {
      heard(name)
      return Reflect.has(variables, name)
    },
    getOwnPropertyDescriptor(variables, name) {
      heard(name)
      return Reflect.getOwnPropertyDescriptor(variables, name)
    },
    ownKeys: () => names(''),
  })
}

/** The names of the variables that begin with a prefix, set to nothing or not. */
export function namesBeginning(variables: Variables, prefix: string): readonly string[] {
  const { [beginning]: names } = variables as { readonly [beginning]?: (prefix: string) => readonly string[] }
  return names?.(prefix) ?? Object.keys(variables).filter(name => name.startsWith(prefix))
}

/** Variables as they would be if one of them were not set. */
export function withoutVariable(variables: Variables, left: string): Variables {
  return new Proxy(variables, { get: (all, name) => (name === left ? undefined : Reflect.get(all, name)) })
}
