import { type Place, run } from './command.ts'

const place: Place = {
  cwd: '/',
  env: Object.fromEntries(Object.entries(process.env).flatMap(([k, v]) => (v === undefined ? [] : [[k, v]]))),
}

/** What Docker says that an image weighs, of an archive. Undefined: no Docker runs here. @throws Error where it does not take the archive */
export async function dockerSize(archive: string): Promise<number | undefined> {
  if ((await run('docker', ['info'], place)).code !== 0) return undefined
  const { stdout } = await run('docker', ['load', '--quiet', '--input', archive], place)
  const loaded = /Loaded image(?: ID)?: (\S+)/.exec(stdout)?.[1]
  if (!loaded) throw new Error(`docker load: ${stdout}`)
  try {
    return Number((await run('docker', ['image', 'inspect', '--format', '{{.Size}}', loaded], place)).stdout)
  } finally {
    await run('docker', ['image', 'rm', '--force', loaded], place)
  }
}
