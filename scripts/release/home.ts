/** Stands in package.json until the project has a home; nothing is published under it. */
export const placeholder = 'OWNER/torchpin'

/**
 * Where the project lives on GitHub, as `owner/name`, by the field `repository` of package.json: the one place that decides.
 * Every other file that names it follows by `npm run home`, and `test/release/home.test.ts` finds those that do not.
 *
 * @param manifest the text of package.json
 * @throws Error where the field is no address on GitHub
 */
export function homeOf(manifest: string): string {
  const { url } = JSON.parse(manifest).repository
  const [, home] = /^git\+https:\/\/github\.com\/([\w.-]+\/[\w.-]+)\.git$/.exec(url) ?? []
  if (home === undefined)
    throw new Error(`package.json: repository is no git+https://github.com/OWNER/NAME.git: ${url}`)
  return home
}

/** A text with another home in the place of every one that it names: in addresses, in `uses:` of workflows, in images. */
export function moved(text: string, from: string, to: string): string {
  return text
    .replaceAll(new RegExp(`(github\\.com/|uses: )${escaped(from)}(?![\\w-])`, 'g'), `$1${to}`)
    .replaceAll(new RegExp(`ghcr\\.io/${escaped(from.toLowerCase())}(?![\\w-])`, 'g'), `ghcr.io/${to.toLowerCase()}`)
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
}
