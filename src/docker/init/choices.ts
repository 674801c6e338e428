/** The variants of the official Python image that torch's wheels run on: those with Debian's C library. */
export const bases = ['slim-trixie', 'slim-bookworm', 'trixie', 'bookworm'] as const
export type Base = (typeof bases)[number]

/** Installers that a user may choose. */
export const installers = ['pip', 'uv', 'poetry'] as const
export type InstallerName = (typeof installers)[number]

/** Releases of tools that an image is built with, where the repository names none: the newest of 25 November 2026. */
export const uvVersion = '0.13.9'
export const poetryVersion = '2.5.1'
export const pipenvVersion = '2026.10.3'
