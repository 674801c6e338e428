import type { Command } from 'commander'
import { addCiCheck } from './ci-check.ts'

/** Adds `torchpin ci`, the commands about what CI installs. */
export function addCi(program: Command): void {
  const ci = program
    .command('ci')
    .summary('check what workflows and scripts install')
    .description('Commands about the install commands of workflows and scripts')
    .addHelpText(
      'after',
      `
Examples:
  torchpin ci check
  torchpin ci check --fix .github`,
    )
  addCiCheck(ci)
}
