// Writes the Dockerfile and .dockerignore that docker init makes of each repository in fixtures/docker-init beside it:
// node scripts/run.js scripts/write-docker-init.ts. What changed is for whoever runs it to look at.
import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { initDocker } from '../src/docker/init.ts'

const folder = 'fixtures/docker-init'
for (const entry of readdirSync(folder, { withFileTypes: true })) {
  if (!entry.isDirectory()) continue
  const { files } = await initDocker('input', { cwd: join(folder, entry.name), cacheDir: join(folder, 'no-cache') })
  for (const { absolute, after } of files) writeFileSync(absolute.replace('/input/', '/'), after)
}
