import { css, html, LitElement, type PropertyValues } from 'lit';
import { inBackground } from '#client/background.ts';
import { banLine } from '#client/bans.ts';
import { faceOf } from '#client/games/faces.ts';
import type { Status } from '#client/net/connection.ts';
import { type Api, Refusal } from '#client/net/rest.ts';
import { pathTo } from '#client/router.ts';
import { texts } from '#client/texts.ts';
import { answerTo, type RefusalCode } from '#schema/refusals.ts';
import type { Match } from '#schema/resources.ts';
import { type IconName, icon, iconStyle } from './icons.ts';
import { overWords } from './match-words.ts';
import { controls } from './styles/controls.ts';

/** What is shown in a room's place when it will not come back by itself: why, and what now. Fires `act`. */
export class RoomOver extends LitElement {
  static override properties = {
    status: {},
    refusal: {},
    rest: { attribute: false },
    embedded: { type: Boolean },
    here: { type: Boolean },
    match: {},
    player: {},
    ban: { state: true },
    result: { state: true },
  };
  declare status: Status;
  declare refusal: RefusalCode | undefined;
  declare rest: Api | undefined;
  /** Until when, and why, this person is banned. */
  declare ban: string | undefined;
  /** The name of the match that this room was, if it was one. */
  declare match: string | undefined;
  /** Who reads this. */
  declare player: string;
  /** How the match ended. */
  declare result: { title: string; line: string } | undefined;
  /** Signed out by oneself, on a page of this browser. */
  declare here: boolean;
  /** Without links to pages that the embedding page does not have. */
  declare embedded: boolean;

  static override styles = [
    controls,
    iconStyle,
    css`
      :host {
        display: grid;
        place-items: center;
        align-content: center;
        gap: var(--space-3);
        padding: var(--space-6) var(--space-4);
        text-align: center;
      }
      .badge {
        display: grid;
        place-items: center;
        width: var(--space-7);
        height: var(--space-7);
        border-radius: 50%;
        background: var(--felt);
        color: var(--on-felt);
      }
      p {
        max-width: 38ch;
        color: var(--ink-soft);
        text-wrap: pretty;
      }
      .button,
      button {
        margin-top: var(--space-2);
      }
    `,
  ];

  override render() {
    const { title, line, act, sign } = this.#words();
    const home = this.status === 'ended' || this.status === 'refused';
    return html`<span class="badge">${icon(sign)}</span>
      <h2>${title}</h2>
      <p>${line}</p>
      ${
        home
          ? this.embedded
            ? ''
            : html`<a class="button brass" href=${pathTo.lobby}>${act}</a>`
          : html`<button class="brass" @click=${this.#act}>${act}</button>`
      }`;
  }

  override willUpdate(changed: PropertyValues<this>) {
    if (changed.has('match')) this.result = undefined;
    if (this.status === 'ended' && (changed.has('match') || changed.has('status'))) inBackground(this.#askResult());
    if (!changed.has('refusal') && !changed.has('rest')) return;
    if (this.refusal === 'ended-by-administrator' || this.refusal === 'banned') inBackground(this.#askWhy());
  }

  /** A close tells no more than its code; a request is refused with all there is to know. */
  async #askWhy() {
    const asked: Promise<unknown> | undefined = this.rest?.getOnce('players/me');
    await asked?.catch((error: unknown) => {
      this.ban = error instanceof Refusal ? banLine(error) : undefined;
    });
  }

  /** A match keeps its name: its result is read where it was played. One that was closed has none. */
  async #askResult() {
    const { match } = this;
    if (!match) return;
    const asked = this.rest?.getOnce<Match>(`matches/${encodeURIComponent(match)}`);
    const found = await asked?.catch((error: unknown) => {
      if (!(error instanceof Refusal)) throw error;
    });
    if (found && this.match === match) this.result = overWords(found, this.player, faceOf(found.spec.game));
  }

  #act() {
    this.dispatchEvent(new CustomEvent('act'));
  }

  #signedOut(): string {
    const { here, administrator, unknown } = texts.connection.signedOut;
    if (this.here) return here;
    return this.refusal === 'ended-by-administrator' ? administrator : unknown;
  }

  #words(): { title: string; line: string; act: string; sign: IconName } {
    const words = texts.connection;
    if (this.ban) return { ...words.signedOut, title: texts.banned.title, line: this.ban, sign: 'shield' };
    if (this.status === 'displaced') return { ...words.displaced, sign: 'link' };
    if (this.status === 'signed-out') return { ...words.signedOut, line: this.#signedOut(), sign: 'log-out' };
    if (this.status === 'ended') return { ...words.ended, ...this.result, sign: 'flag' };
    const line = answerTo(this.refusal ?? 'forbidden').sentence;
    return { ...words.refused, line, sign: 'shield' };
  }
}
customElements.define('room-over', RoomOver);
