/** Works through items, a few at a time, and gives the answers in the order of the items. */
export async function pool<Item, Answer>(
  items: readonly Item[],
  width: number,
  work: (item: Item) => Promise<Answer>,
): Promise<Answer[]> {
  const answers: Answer[] = []
  const queue = items.entries()
  const worker = async () => {
    for (const [position, item] of queue) answers[position] = await work(item)
  }
  await Promise.all(Array.from({ length: width }, worker))
  return answers
}
