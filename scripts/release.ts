// Makes and publishes a release, step by step as .github/workflows/release.yml calls it: npm run release -- STEP…
// Without credentials, all that can be done: npm run release -- --dry-run
// Steps: agree; build, pack, wheel, sbom, checksums, notes, image; npm, push-image, join-images, github, major-tag.
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { publications } from './release/publications.ts'
import { folder, makeImage, making, problems, publishing, release } from './release/steps.ts'

const steps: Readonly<Record<string, () => unknown>> = { agree, ...making, image, ...publishing }
const asked = process.argv.slice(2)
if (asked.join() === '--dry-run') dryRun()
else if (asked.length > 0 && asked.every(step => Object.hasOwn(steps, step))) for (const step of asked) steps[step]!()
else {
  console.error(
    `usage: npm run release -- --dry-run\n       npm run release -- STEP…\nsteps: ${Object.keys(steps).join(' ')}`,
  )
  process.exitCode = 2
}

/** Fails where version, tag, changelog and repository do not agree. */
function agree(): void {
  const found = problems()
  for (const problem of found) console.error(`NOT  ${problem}`)
  if (found.length > 0) process.exit(1)
}

/** Fails where nothing builds images. */
function image(): void {
  if (makeImage() === undefined) throw new Error('neither docker nor podman nor buildah works here')
}

/** Builds the image if that can be done here. @returns what came of it */
function tryImage(): string {
  try {
    const builder = makeImage()
    return builder ? `built with ${builder}` : 'skipped: neither docker nor podman nor buildah works here'
  } catch (error) {
    process.exitCode = 1
    return `NOT built: ${(error as Error).message}`
  }
}

function dryRun(): void {
  for (const [name, make] of Object.entries(making)) {
    console.log(`\n== ${name}`)
    make()
  }
  console.log('\n== image')
  console.log(tryImage())
  const made = release()
  console.log(`\nIn ${folder}/:`)
  for (const name of made.assets)
    console.log(`  ${statSync(join(folder, name)).size.toLocaleString('en')} bytes  ${name}`)
  console.log('\nA release would publish:')
  for (const { where, what, by } of publications(made)) console.log(`  ${where}: ${what}\n      by ${by}`)
  const found = problems()
  console.log(found.length === 0 ? '\nready' : '\nNot ready yet:')
  for (const problem of found) console.log(`  ${problem}`)
}
