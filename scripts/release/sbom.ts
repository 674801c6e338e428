import { createHash } from 'node:crypto'

/** What a bill of materials is made from. */
export interface Materials {
  /** The text of package.json. */
  readonly manifest: string
  /** The text of package-lock.json, for the checksums of what is bundled. */
  readonly lock: string
  /** dist/THIRD_PARTY_LICENCES.txt, which the build writes from what it bundled. */
  readonly licences: string
  /** When the commit was made: what the same commit gives is the same, byte for byte. */
  readonly date: Date
}

interface Library {
  readonly name: string
  readonly version: string
  readonly licence: string
}

/**
 * The software bill of materials of the npm package, the wheel and the image, as CycloneDX 1.6. npm's own (`npm sbom`) would be
 * empty: what torchpin is made from is in its bundle, and none of it a dependency.
 */
export function billOfMaterials({ manifest, lock, licences, date }: Materials) {
  const about = JSON.parse(manifest)
  const integrity = integrities(lock)
  const libraries = librariesIn(licences)
  const components = libraries.map(({ name, version, licence }) => ({
    type: 'library',
    'bom-ref': purl(name, version),
    ...named(name),
    version,
    scope: 'required',
    hashes: [{ alg: 'SHA-512', content: integrity(name, version) }],
    licenses: [/ /.test(licence) ? { expression: licence } : { license: { id: licence } }],
    purl: purl(name, version),
  }))
  const subject = purl(about.name, about.version)
  const repository = about.repository.url.replace(/^git\+/, '')
  return {
    $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json',
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    serialNumber: `urn:uuid:${uuidOf([subject, ...components.map(({ purl }) => purl), date.toISOString()].join('\n'))}`,
    version: 1,
    metadata: {
      timestamp: date.toISOString(),
      component: {
        type: 'application',
        'bom-ref': subject,
        name: about.name,
        version: about.version,
        description: about.description,
        licenses: [{ license: { id: about.license } }],
        purl: subject,
        externalReferences: [
          { type: 'vcs', url: repository },
          { type: 'website', url: about.homepage },
          { type: 'issue-tracker', url: about.bugs.url },
        ],
      },
    },
    components,
    dependencies: [
      { ref: subject, dependsOn: components.map(component => component['bom-ref']) },
      ...components.map(component => ({ ref: component['bom-ref'], dependsOn: [] })),
    ],
  }
}

function librariesIn(licences: string): Library[] {
  const heads = [...licences.matchAll(/^(\S+) (\d+\.\d+\.\S+) \((.+)\)$/gm)]
  return heads.map(([, name, version, licence]) => ({ name: name!, version: version!, licence: licence! }))
}

/** Looks up the sha512 of a package in the lock, in hexadecimal. */
function integrities(lock: string): (name: string, version: string) => string {
  const { packages } = JSON.parse(lock) as { packages: Record<string, { version: string; integrity?: string }> }
  return (name, version) => {
    const [, found] =
      Object.entries(packages).find(
        ([place, entry]) => place.endsWith(`node_modules/${name}`) && entry.version === version,
      ) ?? []
    const [, base64] = /^sha512-(\S+)$/.exec(found?.integrity ?? '') ?? []
    if (base64 === undefined) throw new Error(`package-lock.json has no sha512 of ${name} ${version}`)
    return Buffer.from(base64, 'base64').toString('hex')
  }
}

/** https://github.com/package-url/purl-spec, type npm: the @ of a scope is percent-encoded. */
function purl(name: string, version: string): string {
  return `pkg:npm/${name.replace('@', '%40')}@${version}`
}

function named(name: string): { group?: string; name: string } {
  const [scope, rest] = name.split('/')
  return rest === undefined ? { name } : { group: scope!, name: rest }
}

/** A UUID that a text decides, in the form of version 5 (RFC 9562). */
function uuidOf(text: string): string {
  const bytes = createHash('sha256').update(text).digest().subarray(0, 16)
  bytes[6] = (bytes[6]! & 0x0f) | 0x50
  bytes[8] = (bytes[8]! & 0x3f) | 0x80
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}
