/** One thing that a release puts somewhere. */
export interface Publication {
  readonly where: string
  readonly what: string
  /** The command that does it; in the workflow, behind a login that only it has. */
  readonly by: string
}

/** What a release is about. */
export interface Release {
  readonly version: string
  /** `owner/name` on GitHub. */
  readonly home: string
  readonly tarball: string
  readonly wheel: string
  /** Names of the files beside the release on GitHub. */
  readonly assets: readonly string[]
}

/** The name of the container image, without a tag. */
export const imageOf = (home: string): string => `ghcr.io/${home.toLowerCase()}`

/** The tag that those who want the newest of a major version name: `v1`. */
export const majorTag = (version: string): string => `v${version.split('.')[0]}`

/** The tags of the image: the version, and those that move with it. */
export const imageTags = (version: string): readonly string[] => [version, version.split('.')[0]!, 'latest']

/** Everything that a release publishes, in the order in which the workflow does it. */
export function publications({ version, home, tarball, wheel, assets }: Release): readonly Publication[] {
  const image = imageOf(home)
  return [
    {
      where: 'npm',
      what: `${tarball} as torchpin ${version}, with provenance`,
      by: 'npm run release -- npm',
    },
    { where: 'the Python index', what: `${wheel}, with attestations`, by: 'pypa/gh-action-pypi-publish' },
    {
      where: 'the container registry',
      what: imageTags(version)
        .map(tag => `${image}:${tag}`)
        .join(', '),
      by: 'npm run release -- push-image, then join-images',
    },
    { where: `GitHub, release v${version}`, what: assets.join(', '), by: 'npm run release -- github' },
    {
      where: `GitHub, tag ${majorTag(version)}`,
      what: `the commit of v${version}, for uses: ${home}@${majorTag(version)}`,
      by: 'npm run release -- major-tag',
    },
  ]
}
