import type { CoreMetadata } from '../packaging/metadata.ts'

/**
 * Which torch a companion was built for (facts read from the wheels of the public index, November 2026). It stands in
 * where a release's own METADATA has no torch requirement, or is not known; and where the question is only which releases
 * go together, it spares asking for METADATA that would say the same.
 * There is no arithmetic from one version to the other: torchvision ends its numbering beside torch at 0.29, and
 * torchaudio stays at 2.11 for every later torch.
 */
const silent: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  torchvision: {
    '0.4.0': '==1.2.0',
    '0.4.1.post2': '==1.3.0.*',
    '0.4.2': '==1.3.1',
    '0.5.0': '==1.4.0',
    '0.6.0': '==1.5.0',
    '0.6.1': '==1.5.1',
    '0.7.0': '==1.6.0',
    '0.8.0': '==1.7.0',
    '0.8.1': '==1.7.0',
    '0.8.2': '==1.7.1',
    '0.9.0': '==1.8.0',
    '0.9.1': '==1.8.1',
    '0.10.0': '==1.9.0',
    '0.10.1': '==1.9.1',
    '0.11.0': '==1.10.0',
    '0.11.1': '==1.10.0',
    '0.11.2': '==1.10.1',
    '0.11.3': '==1.10.2',
    '0.12.0': '==1.11.0',
    '0.13.0': '==1.12.0',
    '0.13.1': '==1.12.1',
    '0.14.0': '==1.13.0',
    '0.14.1': '==1.13.1',
    '0.15.0': '==2.0.0',
    '0.15.1': '==2.0.0',
    '0.15.2': '==2.0.1',
    '0.16.0': '==2.1.0',
    '0.16.1': '==2.1.1',
    '0.16.2': '==2.1.2',
    '0.17.0': '==2.2.0',
    '0.17.1': '==2.2.1',
    '0.17.2': '==2.2.2',
    '0.18.0': '==2.3.0',
    '0.18.1': '==2.3.1',
    '0.19.0': '==2.4.0',
    '0.19.1': '==2.4.1',
    '0.20.0': '==2.5.0',
    '0.20.1': '==2.5.1',
    '0.21.0': '==2.6.0',
    '0.22.0': '==2.7.0',
    '0.22.1': '==2.7.1',
    '0.23.0': '==2.8.0',
    '0.24.0': '==2.9.0',
    '0.24.1': '==2.9.1',
    '0.25.0': '==2.10.0',
    '0.26.0': '==2.11.0',
    '0.27.0': '==2.12.0',
    '0.27.1': '==2.12.1',
    '0.28.0': '==2.13.0',
    '0.29.0': '==2.14.0',
    '0.29.1': '>=2.14.0',
    '0.29.2': '>=2.14.0',
  },
  torchaudio: {
    '0.3.0': '==1.2.0',
    '0.3.1': '==1.3.0',
    '0.3.2': '==1.3.1',
    '0.4.0': '==1.4.0',
    '0.5.0': '==1.5.0',
    '0.5.1': '==1.5.1',
    '0.6.0': '==1.6.0',
    '0.7.0': '==1.7.0',
    '0.7.2': '==1.7.1',
    '0.8.0': '==1.8.0',
    '0.8.1': '==1.8.1',
    '0.9.0': '==1.9.0',
    '0.9.1': '==1.9.1',
    '0.10.0': '==1.10.0',
    '0.10.1': '==1.10.1',
    '0.10.2': '==1.10.2',
    '0.11.0': '==1.11.0',
    '0.12.0': '==1.12.0',
    '0.12.1': '==1.12.1',
    '0.13.0': '==1.13.0',
    '0.13.1': '==1.13.1',
    '2.0.0': '==2.0.0',
    '2.0.1': '==2.0.0',
    '2.0.2': '==2.0.1',
    '2.1.0': '==2.1.0',
    '2.1.1': '==2.1.1',
    '2.1.2': '==2.1.2',
    '2.2.0': '==2.2.0',
    '2.2.1': '==2.2.1',
    '2.2.2': '==2.2.2',
    '2.3.0': '==2.3.0',
    '2.3.1': '==2.3.1',
    '2.4.0': '==2.4.0',
    '2.4.1': '==2.4.1',
    '2.5.0': '==2.5.0',
    '2.5.1': '==2.5.1',
    '2.6.0': '==2.6.0',
    '2.7.0': '==2.7.0',
    '2.7.1': '==2.7.1',
    '2.8.0': '==2.8.0',
    '2.9.0': '==2.9.0',
    '2.9.1': '==2.9.1',
    '2.10.0': '==2.10.0',
    '2.11.0': '>=2.11.0',
  },
  torchtext: {
    '0.8.1': '==1.7.1',
    '0.9.0': '==1.8.0',
    '0.9.1': '==1.8.1',
    '0.10.0': '==1.9.0',
    '0.10.1': '==1.9.1',
    '0.11.0': '==1.10.0',
    '0.11.1': '==1.10.1',
    '0.11.2': '==1.10.2',
    '0.12.0': '==1.11.0',
    '0.13.0': '==1.12.0',
    '0.13.1': '==1.12.1',
    '0.14.0': '==1.13.0',
    '0.14.1': '==1.13.1',
    '0.15.0': '==2.0.0',
    '0.15.1': '==2.0.0',
    '0.15.2': '==2.0.1',
    '0.16.0': '==2.1.0',
    '0.16.1': '==2.1.1',
    '0.16.2': '==2.1.2',
    '0.17.0': '==2.2.0',
    '0.17.1': '==2.2.1',
    '0.17.2': '==2.2.2',
    '0.18.0': '>=2.3.0',
  },
  // Its metadata never names a torch; its description, which comes with each wheel, has a table up to the series before.
  torchcodec: {
    '0.0.3': '==2.4.*',
    '0.1.0': '==2.5.*',
    '0.1.1': '==2.5.*',
    '0.2.0': '==2.6.*',
    '0.2.1': '==2.6.*',
    '0.3.0': '==2.7.*',
    '0.4.0': '==2.7.*',
    '0.5': '==2.7.*',
    '0.6.0': '==2.8.*',
    '0.7.0': '==2.8.*',
    '0.8.0': '==2.9.*',
    '0.8.1': '==2.9.*',
    '0.9.0': '==2.9.*',
    '0.9.1': '==2.9.*',
    '0.10.0': '==2.10.*',
    '0.11.0': '==2.11.*',
    '0.11.1': '==2.11.*',
    '0.12.0': '>=2.11',
    '0.13.0': '>=2.11',
    '0.14.0': '>=2.11',
    '0.15.0': '>=2.11',
    '0.16.0': '>=2.11',
  },
}

/** The torch that a release was built for, as far as this table knows: a specifier. */
export function knownPairing(project: string, publicVersion: string): string | undefined {
  return silent[project]?.[publicVersion]
}

/** The releases of a project that the table knows. */
export function pairedReleases(project: string): string[] {
  return Object.keys(silent[project] ?? {})
}

/** Whether a line of Requires-Dist is a requirement on torch itself. */
export function isTorchRequirement(line: string): boolean {
  return /^torch(?![\w.-])/i.test(line)
}

/** Adds the torch that a release goes with, where its metadata does not name one. */
export function withPairing(
  project: string,
  publicVersion: string,
  metadata: CoreMetadata | undefined,
): CoreMetadata | undefined {
  const torch = knownPairing(project, publicVersion)
  if (!torch || metadata?.requiresDist.some(isTorchRequirement)) return metadata
  const known = metadata ?? {
    name: project,
    version: publicVersion,
    requiresDist: [],
    providesExtra: [],
    dynamic: [],
    metadataVersion: '2.1',
  }
  return { ...known, requiresDist: [...known.requiresDist, `torch${torch}`] }
}
