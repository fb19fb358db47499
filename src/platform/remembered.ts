/**
 * Answers that cost something and are asked for again and again, by a key. It holds so many at most, and is emptied when it is
 * full: only time is saved, never an answer changed.
 */
export class Remembered<Answer> {
  private readonly answers = new Map<string, Answer>();

  constructor(private readonly most: number) {}

  of(key: string, answer: () => Answer): Answer {
    const known = this.answers.get(key);
    if (known !== undefined) return known;
    const made = answer();
    if (this.answers.size >= this.most) this.answers.clear();
    this.answers.set(key, made);
    return made;
  }

  forget(): void {
    this.answers.clear();
  }
}
