import { spawnSync } from 'node:child_process'
import { statfsSync } from 'node:fs'

/** Programs that it runs, and the packages of Debian that have them. */
const programs: Readonly<Record<string, string>> = {
  buildah: 'buildah',
  debootstrap: 'debootstrap',
  unshare: 'util-linux',
  ip: 'iproute2',
  curl: 'curl',
  python3: 'python3-venv',
}

/** What this machine lacks, as a sentence; undefined: nothing. @param bytes of disk that are used */
export function missing(folder: string, bytes: number): string | undefined {
  if (process.platform !== 'linux' || process.arch !== 'x64') return 'the wheels are for Linux on x86_64'
  if (process.getuid?.() !== 0) return 'debootstrap and chroot need root'
  const lacking = Object.keys(programs).filter(
    name => spawnSync(name, ['--version']).error && spawnSync(name, ['-V']).error,
  )
  if (lacking.length > 0) return `apt-get install ${lacking.map(name => programs[name]).join(' ')}`
  const { bavail, bsize } = statfsSync(folder)
  const free = bavail * bsize
  return free < bytes
    ? `${Math.round(bytes / 1e9)} GB of disk are needed, and ${Math.round(free / 1e9)} GB free in ${folder}`
    : undefined
}
