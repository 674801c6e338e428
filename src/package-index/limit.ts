/** A limit of so many bytes, as part of a sentence. */
export const inMiB = (bytes: number): string => `${bytes / 2 ** 20} MiB`
