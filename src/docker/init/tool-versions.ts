/** Releases of tools that an image is built with, where the repository names none: the newest of 25 November 2026. */
export const uvVersion = '0.13.9'
export const poetryVersion = '2.5.1'
export const pipenvVersion = '2026.10.3'
