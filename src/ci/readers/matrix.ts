import type { YamlFile } from '../../project-files/yaml-nodes.ts'

/** The values that a matrix gives the names of one job: nodes of the document by key. */
export type Combination = ReadonlyMap<string, unknown>

export interface Matrix {
  readonly combinations: readonly Combination[]
  /** How many jobs each of them stands for. */
  readonly each: number
  /** Its keys or values are made when it runs. */
  readonly isDynamic: boolean
}

/** Combinations that are told apart; of a larger matrix, the first values of each key count once each. */
const MOST = 64

/** Of a larger matrix: each of them may be a question to the resolver. */
const MOST_OF_LARGE = 40

const single: Matrix = { combinations: [new Map()], each: 1, isDynamic: false }

/**
 * The combinations of the matrix of a job, as GitHub makes them.
 *
 * @param isUsed whether a key makes a difference to what is read of the job
 */
export function combinationsOf(
  file: YamlFile,
  job: unknown,
  isUsed: (key: string, values: readonly unknown[]) => boolean,
): Matrix {
  const { at, entries, items, textOf } = file
  const matrix = at(job, 'strategy', 'matrix')
  if (matrix === undefined) return single
  const isDynamic = /\$\{\{/.test(textOf(matrix) ?? '')
  if (isDynamic) return { ...single, isDynamic }
  const lists = entries(matrix)
    .filter(([key]) => key !== 'include' && key !== 'exclude')
    .map(([key, value]) => ({ key, values: items(value) }))
  const used = lists.filter(({ key, values }) => isUsed(key, values) && values.length > 0)
  const each = lists.reduce(
    (count, { key, values }) => (isUsed(key, values) ? count : count * Math.max(values.length, 1)),
    1,
  )
  const left = entries(matrix)
    .filter(([key]) => key === 'exclude')
    .flatMap(([, value]) => items(value))
  const isOut = (combination: Combination) =>
    left.some(excluded => {
      const pairs = entries(excluded)
      return pairs.length > 0 && pairs.every(([key, value]) => isSame(file, combination.get(key), value))
    })
  const made = used.length > 0 ? product(used).filter(combination => !isOut(combination)) : []
  const included = entries(matrix)
    .filter(([key]) => key === 'include')
    .flatMap(([, value]) => items(value))
  const combinations = withIncluded(file, made, included.slice(0, MOST))
  const isPartlyDynamic = [...lists.flatMap(({ values }) => values), ...included].some(value =>
    /\$\{\{/.test(textOf(value) ?? ''),
  )
  return {
    combinations: combinations.length > 0 ? combinations : [new Map()],
    each: Math.min(each, 256),
    isDynamic: isPartlyDynamic,
  }
}

function product(lists: readonly { readonly key: string; readonly values: readonly unknown[] }[]): Combination[] {
  const size = lists.reduce((count, { values }) => count * values.length, 1)
  if (size > MOST) {
    const first = new Map(lists.map(({ key, values }) => [key, values[0]]))
    const each = Math.max(1, Math.floor(MOST_OF_LARGE / lists.length))
    return lists
      .slice(0, MOST_OF_LARGE)
      .flatMap(({ key, values }) => values.slice(0, each).map(value => new Map([...first, [key, value]])))
  }
  return lists.reduce<Map<string, unknown>[]>(
    (made, { key, values }) => made.flatMap(one => values.map(value => new Map([...one, [key, value]]))),
    [new Map()],
  )
}

/** An entry of `include` adds to the combinations that it does not contradict, else it is one of its own. */
function withIncluded(file: YamlFile, made: readonly Combination[], included: readonly unknown[]): Combination[] {
  let combinations: Combination[] = [...made]
  const own: Combination[] = []
  const keys = new Set(made.flatMap(one => [...one.keys()]))
  for (const entry of included) {
    const pairs = file.entries(entry)
    const shared = pairs.filter(([key]) => keys.has(key))
    const fits = (one: Combination) => shared.every(([key, value]) => isSame(file, one.get(key), value))
    if (made.length > 0 && combinations.some(fits))
      combinations = combinations.map(one => (fits(one) ? new Map([...one, ...pairs]) : one))
    else own.push(new Map(pairs))
  }
  return [...combinations, ...own]
}

function isSame({ entries, textOf }: YamlFile, a: unknown, b: unknown): boolean {
  const plain = (node: unknown): string =>
    textOf(node) ?? JSON.stringify(entries(node).map(([key, value]) => [key, textOf(value)]))
  return plain(a) === plain(b)
}
