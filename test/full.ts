/** Whether this is `npm run test:slow`: it runs the files that import this a second time, with all of their rows and runs. */
export const isFull = process.env['TORCHPIN_TESTS'] === 'full'

/** How often a property runs: often in `npm run test:slow`, and enough to notice what is plainly wrong in `npm test`. */
export const runs = (few: number, many: number): number => (isFull ? many : few)
