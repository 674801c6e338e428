/** Bytes in decimal units, as package sizes are usually told: `1.06 GB`, `526.6 MB`, `3 kB`. */
export function formatBytes(bytes: number): string {
  const sign = bytes < 0 ? '-' : ''
  const size = Math.abs(bytes)
  if (size >= 1e9) return `${sign}${(size / 1e9).toFixed(2)} GB`
  if (size >= 1e5) return `${sign}${(size / 1e6).toFixed(1)} MB`
  return size >= 1e3 ? `${sign}${Math.round(size / 1e3)} kB` : `${sign}${size} B`
}
