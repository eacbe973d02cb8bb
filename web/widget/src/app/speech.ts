/** Paces what screen readers are told: at most one thing a second, a burst as a number. */

const PACE = 1_000;

export class Speech {
  #say: (text: string) => void;
  #many: (count: number) => string;
  #waiting: string[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(say: (text: string) => void, many: (count: number) => string) {
    this.#say = say;
    this.#many = many;
  }

  add(text: string): void {
    this.#waiting.push(text);
    if (this.#timer === undefined) this.#flush();
  }

  #flush(): void {
    this.#timer = undefined;
    const [first] = this.#waiting;
    if (first === undefined) return;
    this.#say(this.#waiting.length === 1 ? first : this.#many(this.#waiting.length));
    this.#waiting = [];
    this.#timer = setTimeout(() => this.#flush(), PACE);
  }
}
