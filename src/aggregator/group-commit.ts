/** So long after a commit the next ones wait for each other. */
const WINDOW_MILLISECONDS = 2;

interface Waiting<Item, Reply> {
  item: Item;
  resolve: (reply: Reply) => void;
  reject: (cause: unknown) => void;
}

/**
 * Carries out what comes in quick succession together, in one transaction: a transaction costs as much as counting a hundred
 * events. What comes alone does not wait.
 */
export class GroupCommit<Item, Reply> {
  readonly #commit: (items: readonly Item[]) => Reply[];
  #waiting: Waiting<Item, Reply>[] = [];
  #isWindowOpen = false;

  /** @param commit all or nothing; the replies in the order of the items */
  constructor(commit: (items: readonly Item[]) => Reply[]) {
    this.#commit = commit;
  }

  run(item: Item): Promise<Reply> {
    const reply = new Promise<Reply>((resolve, reject) => {
      this.#waiting.push({ item, resolve, reject });
    });
    if (!this.#isWindowOpen) this.#commitWaiting();
    return reply;
  }

  #commitWaiting(): void {
    const group = this.#waiting;
    this.#waiting = [];
    this.#isWindowOpen = group.length > 0;
    if (group.length === 0) return;
    setTimeout(() => this.#commitWaiting(), WINDOW_MILLISECONDS);
    try {
      this.#settle(group);
    } catch (cause) {
      // What is wrong with one of them is no reason to refuse the others.
      for (const one of group) {
        try {
          if (group.length === 1) throw cause;
          this.#settle([one]);
        } catch (own) {
          one.reject(own);
        }
      }
    }
  }

  #settle(group: readonly Waiting<Item, Reply>[]): void {
    const replies = this.#commit(group.map(({ item }) => item));
    for (const [index, { resolve }] of group.entries()) {
      const reply = replies[index];
      if (reply === undefined) throw new Error("every item of a group gets a reply");
      resolve(reply);
    }
  }
}
