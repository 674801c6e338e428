import { sectionOf } from './changelog.ts'
import { homeOf, placeholder } from './home.ts'

/** What says which release this is. */
export interface Statements {
  /** The text of package.json. */
  readonly manifest: string
  /** The text of package-lock.json. */
  readonly lock: string
  readonly changelog: string
  /** The tag that is released, as `v1.2.3`; undefined where none is at hand. */
  readonly tag: string | undefined
}

/** Why what is here cannot be released: a sentence for each reason, none where everything agrees. */
export function disagreements({ manifest, lock, changelog, tag }: Statements): readonly string[] {
  const { version } = JSON.parse(manifest) as { version: string }
  const locked = JSON.parse(lock) as { version: string; packages: Record<string, { version: string }> }
  const notes = sectionOf(changelog, version)
  const reasons: readonly (readonly [boolean, string])[] = [
    [!/^\d+\.\d+\.\d+$/.test(version), `package.json has the version ${version}, which is not of three numbers`],
    [tag === undefined, `no tag is given; v${version} would be the one`],
    [tag !== undefined && tag !== `v${version}`, `the tag is ${tag}, and package.json has the version ${version}`],
    [
      locked.version !== version || locked.packages['']?.version !== version,
      `package-lock.json has another version than package.json: npm install --package-lock-only writes it`,
    ],
    [notes === undefined, `CHANGELOG.md has no section ${version}`],
    [notes === '', `the section ${version} of CHANGELOG.md is empty`],
    [(sectionOf(changelog, 'Unreleased') ?? '') !== '', 'CHANGELOG.md has lines under Unreleased'],
    [
      homeOf(manifest) === placeholder,
      `package.json names no real repository yet (${placeholder}): npm run home -- OWNER/NAME`,
    ],
  ]
  return reasons.flatMap(([holds, reason]) => (holds ? [reason] : []))
}
