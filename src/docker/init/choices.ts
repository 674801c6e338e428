/** The variants of the official Python image that torch's wheels run on: those with Debian's C library. */
export const bases = ['slim-trixie', 'slim-bookworm', 'trixie', 'bookworm'] as const
export type Base = (typeof bases)[number]

/** What can be told to install. */
export const installers = ['pip', 'uv', 'poetry'] as const
export type Installer = (typeof installers)[number]
