import { parse } from '@renovatebot/pep440'
import { remembered } from '../text/memo.ts'
import { strip } from './characters.ts'

/** A PEP 440 version. Numbers past 2^53 are rounded in the fields; `text` and `key` are exact. */
export interface Version {
  /** The normal form: `2.1.0+cpu.cxx11.abi`. */
  readonly text: string
  /** As it was written, white space around it left out: `===` compares that (PEP 440). */
  readonly written: string
  readonly epoch: number
  readonly release: readonly number[]
  readonly pre?: readonly ['a' | 'b' | 'rc', number]
  readonly post?: number
  readonly dev?: number
  /** The local version label in its normal form, dots between its parts. */
  readonly local?: string
  readonly isPrerelease: boolean
  /** Orders as the version does when compared as text, and is the same for equal versions (`1.0` and `1`). */
  readonly key: string
  /** The `key` of the version without its local version label. */
  readonly publicKey: string
}

/** Reads a version; white space around it does not count. The same text gives the same object, what is no version gives nothing. */
export const parseVersion: (text: string) => Version | undefined = remembered(text => readVersion(strip(text)))

/** `isPrerelease` of a version in its normal form, without reading it: `a`, `b`, `rc` and `dev` have a letter that `post` has not. */
export function isPrereleaseText(text: string): boolean {
  return /^[^+]*[abcd]/.test(text)
}

/** Less than, equal to or greater than zero, in the order of PEP 440. */
export function compareVersions(a: Version, b: Version): number {
  return a.key < b.key ? -1 : a.key > b.key ? 1 : 0
}

/** The version without its local version label. */
export function publicVersion(version: Version): Version {
  return version.local === undefined ? version : parseVersion(version.text.slice(0, version.text.indexOf('+')))!
}

/** As most versions are written: numbers that a double can hold, and no zeros before them. */
const plain = /^(?:0|[1-9]\d{0,14})(?:\.(?:0|[1-9]\d{0,14}))*$/

/** What `readVersion` says of a plain version. Pages hold thousands of them. */
function readPlainVersion(text: string): Version {
  const digits = text.split('.')
  const publicKey = orderOf({ epoch: '0', release: digits })
  return { text, written: text, epoch: 0, release: digits.map(Number), isPrerelease: false, key: publicKey, publicKey }
}

function readVersion(text: string): Version | undefined {
  if (plain.test(text)) return readPlainVersion(text)
  const parsed = parse(text)
  if (!parsed) return undefined
  const plus = text.indexOf('+')
  const exact = exactDigits(plus < 0 ? text : text.slice(0, plus))
  const epoch = exact(parsed.epoch)
  const release = parsed.release.map(exact)
  const [pre, post, dev] = [parsed.pre, parsed.post, parsed.dev].map(labelled =>
    labelled ? exact(Number(labelled[1])) : undefined,
  )
  const phase = parsed.pre ? (parsed.pre[0] as 'a' | 'b' | 'rc') : undefined
  // Its own reading of the label takes `1e5` for a number.
  const local =
    plus < 0
      ? undefined
      : text
          .slice(plus + 1)
          .split(/[-_.]/)
          .map(localPart)
  const publicKey = orderOf({ epoch, release, phase, pre, post, dev })
  return {
    text:
      (epoch === '0' ? '' : `${epoch}!`) +
      release.join('.') +
      (phase ? phase + pre : '') +
      (post ? `.post${post}` : '') +
      (dev ? `.dev${dev}` : '') +
      (local ? `+${local.join('.')}` : ''),
    written: text,
    epoch: parsed.epoch,
    release: parsed.release,
    ...(phase && { pre: [phase, Number(pre)] as const }),
    ...(post && { post: Number(post) }),
    ...(dev && { dev: Number(dev) }),
    ...(local && { local: local.join('.') }),
    isPrerelease: phase !== undefined || dev !== undefined,
    key: local ? publicKey + orderOfLocal(local) : publicKey,
    publicKey,
  }
}

/**
 * The digits of the numbers of a version, asked for in the order in which they are written.
 * A double cannot hold a time stamp down to the microsecond, so long numbers are taken from the text.
 */
function exactDigits(text: string): (value: number) => string {
  const long = text.match(/\d{16,}/g)?.filter(digits => !Number.isSafeInteger(Number(digits)))
  return value => (Number.isSafeInteger(value) ? String(value) : withoutZeros(long!.shift()!))
}

function localPart(part: string): string {
  return /^\d+$/.test(part) ? withoutZeros(part) : part.toLowerCase()
}

function withoutZeros(digits: string): string {
  return digits.replace(/^0+(?=\d)/, '')
}

// Keys compare as text, unit by unit. A number is its length and then its digits, so that 10 comes after 9; everything
// that ends or classifies is below the smallest length.
const END = '\x01'
const WORD = '\x02'
const NUMBER = '\x03'

function number(digits: string): string {
  return String.fromCharCode(0x10 + digits.length) + digits
}

/** The parts of a version, numbers as digits. */
interface Parts {
  readonly epoch: string
  readonly release: readonly string[]
  readonly phase?: 'a' | 'b' | 'rc' | undefined
  readonly pre?: string | undefined
  readonly post?: string | undefined
  readonly dev?: string | undefined
}

function orderOf({ epoch, release, phase, pre, post, dev }: Parts): string {
  let length = release.length
  while (length > 0 && release[length - 1] === '0') length--
  // `1.0.dev1` comes before `1.0a1`, `1.0` after `1.0rc1`.
  const rank = phase ? { a: '1', b: '2', rc: '3' }[phase] + number(pre!) : dev && !post ? '0' : '4'
  return (
    number(epoch) +
    release.slice(0, length).map(number).join('') +
    END +
    rank +
    (post ? `1${number(post)}` : '0') +
    (dev ? `0${number(dev)}` : '1')
  )
}

/** Words come before numbers, and a label before its own continuation. */
function orderOfLocal(parts: readonly string[]): string {
  return parts.map(part => (/^\d+$/.test(part) ? NUMBER + number(part) : WORD + part + END)).join('')
}
