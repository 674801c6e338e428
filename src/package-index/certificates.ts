import { join } from 'node:path'
import { TorchpinError } from '../contract/errors.ts'
import { type Environment, expandHome } from '../files/environment.ts'
import { readdir, stat } from '../files/machine/files.ts'
import { readRegular } from '../files/regular-file.ts'

/** Where bundles of certificate authorities are named, in the order in which pip and its libraries look. */
const variables = ['REQUESTS_CA_BUNDLE', 'CURL_CA_BUNDLE', 'SSL_CERT_FILE'] as const

/**
 * The certificate authorities that are trusted in place of Node's own: those of pip's `cert`, of REQUESTS_CA_BUNDLE,
 * CURL_CA_BUNDLE or SSL_CERT_FILE, the first one that is set; to these the ones of NODE_EXTRA_CA_CERTS are added.
 *
 * @param configured pip's `cert` setting: a file, or a folder of files
 * @returns PEM texts, or undefined where Node's own are to be trusted
 * @throws TorchpinError BAD_OPTION where what is named cannot be read
 */
export async function trustedCertificates(
  environment: Environment,
  configured?: string,
): Promise<readonly string[] | undefined> {
  const variable = variables.find(name => environment[name])
  const path = configured ?? (variable && environment[variable])
  if (!path) return undefined
  const setting = configured === undefined ? variable! : 'cert'
  // OpenSSL goes on with its own where SSL_CERT_FILE leads nowhere, and Node where NODE_EXTRA_CA_CERTS does.
  const bundle = await readBundle(expandHome(path, environment), setting === 'SSL_CERT_FILE' ? undefined : setting)
  if (!bundle) return undefined
  const extra = environment['NODE_EXTRA_CA_CERTS']
  const added = extra && extra !== path ? await readBundle(extra, undefined) : undefined
  return [...bundle, ...(added ?? [])]
}

/** @param setting named in the error; undefined where it is none */
async function readBundle(path: string, setting: string | undefined): Promise<string[] | undefined> {
  try {
    const texts = await readFileOrFolder(path)
    return texts.filter(text => text.includes('-----BEGIN CERTIFICATE-----'))
  } catch (error) {
    if (setting === undefined) return undefined
    throw new TorchpinError('BAD_OPTION', `the certificates named by ${setting} cannot be read: ${path}`, {
      cause: error,
    })
  }
}

async function readFileOrFolder(path: string): Promise<string[]> {
  try {
    return [(await readRegular(path)).toString()]
  } catch (error) {
    if (!(await stat(path)).isDirectory()) throw error
    const entries = await readdir(path, { withFileTypes: true })
    const files = entries.filter(entry => !entry.isDirectory())
    const texts: string[] = []
    for (const { name } of files) texts.push((await readRegular(join(path, name))).toString())
    return texts
  }
}
