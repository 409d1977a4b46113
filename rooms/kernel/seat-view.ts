/** What one connection sees of the `.view()` parts of a state, kept in step with `machine.view`. */
import { type Schema, StateView } from '@colyseus/schema';

export class SeatView {
  readonly view = new StateView();
  #shown = new Set<Schema>();

  /** Shows exactly `wanted`; what was shown before and is not wanted any more is taken away. */
  refresh(wanted: readonly Schema[]): void {
    if (this.#shows(wanted)) return;
    const next = new Set(wanted);
    for (const part of this.#shown) if (!next.has(part)) this.view.remove(part);
    for (const part of next) if (!this.#shown.has(part)) this.view.add(part);
    this.#shown = next;
  }

  /** Asked for every connection after every batch; almost always the answer is yes. */
  #shows(wanted: readonly Schema[]): boolean {
    if (wanted.length !== this.#shown.size) return false;
    for (const part of wanted) if (!this.#shown.has(part)) return false;
    return true;
  }

  /** Must be called when the connection ends: the next view may get this one's place. */
  dispose(): void {
    this.#shown.clear();
    this.view.dispose();
  }
}
