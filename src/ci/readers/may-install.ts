const installers = /\b(?:pip[\d.]*|uvx?|pipx|poetry|tox|nox|g?make|just|conda|mamba|micromamba)\b|\.(?:ba|z)?sh\b/i

/** Whether a text of commands may install something, or run what does: most does neither, and is not read. */
export function mayInstall(text: string): boolean {
  return installers.test(text)
}
