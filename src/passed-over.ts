import { counted } from './report/bytes.ts'

/**
 * Says which versions could not be chosen because nobody could be asked what they need: of each project the first by its
 * number, the rest counted.
 *
 * @param passedOver `name==version`, in the order in which they were tried
 */
export function tellPassedOver(passedOver: readonly string[]): string[] {
  const first = new Map<string, string>()
  const others = new Map<string, number>()
  for (const name of passedOver) {
    const [project = '', version = ''] = name.split('==')
    if (first.has(project)) others.set(project, (others.get(project) ?? 0) + 1)
    else first.set(project, version)
  }
  return [...first].map(([project, version]) => {
    const more = others.get(project) ?? 0
    const named = `${project} ${version}${more > 0 ? ` and ${counted(more, 'other release')}` : ''}`
    return `neither the cache nor the snapshot tells what ${named} ${more > 0 ? 'need' : 'needs'}: passed over`
  })
}
