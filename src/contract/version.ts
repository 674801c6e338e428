import manifest from '../../package.json' with { type: 'json' }

/** The version of torchpin. */
export const version: string = manifest.version
