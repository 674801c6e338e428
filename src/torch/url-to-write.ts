import { TorchpinError } from '../contract/errors.ts'
import { splitCredentials } from '../package-index/credentials.ts'
import type { IndexFile } from '../package-index/project-page.ts'

/**
 * The URL of a file as a requirements file may hold it: without user and password, which belong into netrc or a keyring.
 *
 * @throws TorchpinError BAD_OPTION for a URL with a query, where hosts put signatures that are secret and expire, and for
 * one that installers would read otherwise: pip takes what is behind a `;` for a marker, and `${NAME}` for a variable
 */
export function urlToWrite({ url, filename }: Pick<IndexFile, 'url' | 'filename'>): string {
  const plain = splitCredentials(url).url
  if (!/[?;]|\$\{/.test(plain)) return plain
  const why = plain.includes('?') ? 'has a query, which may hold a secret' : 'cannot stand in a requirements file'
  throw new TorchpinError(
    'BAD_OPTION',
    `--index-style direct-url: the URL that the index gives of ${filename} ${why}`,
    { hint: 'choose another --index-style', flag: 'index-style' },
  )
}
