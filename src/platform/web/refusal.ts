/** What the web side itself refuses before any handler runs; the filter has the words for its status. */
export class Refusal extends Error {
  constructor(readonly statusCode: 400 | 413 | 414 | 421) {
    super(`refused: ${statusCode}`);
    this.name = 'Refusal';
  }
}
