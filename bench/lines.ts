/** A requirements file with that many lines, of which a tenth each are comments, ranges, markers and bare names; the rest are pins. */
export function madeUpLines(lines: number): string {
  return Array.from({ length: lines }, (_, i) => `${line(i)}\n`).join('')
}

/** The same of pins with one hash each, as pip-compile and uv write them. */
export function madeUpHashedLines(lines: number): string {
  return Array.from(
    { length: lines },
    (_, i) =>
      `package-${i % 997}==${i % 9}.${i % 12}.${i % 7} --hash=sha256:${(i % 65536).toString(16).padStart(64, 'a')}\n`,
  ).join('')
}

function line(i: number): string {
  const name = `${['torch', 'requests', 'numpy', 'sentence-transformers', 'Flask', 'scikit_learn'][i % 6]}-${i % 997}`
  switch (i % 10) {
    case 0:
      return `# comment ${i}`
    case 1:
      return `${name}>=1.${i % 20},<2  # why`
    case 2:
      return `${name}==${i % 5}.${i % 30}.1 ; python_version < "3.${8 + (i % 5)}"`
    case 3:
      return name
    default:
      return `${name}==${i % 9}.${i % 12}.${i % 7}`
  }
}
