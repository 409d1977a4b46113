import { css, html, LitElement } from 'lit';
import { Live } from '#client/net/live.ts';
import type { Names } from '#client/net/names.ts';
import { initial, texts } from '#client/texts.ts';
import { controls } from './styles/controls.ts';

/** A player's name, with a monogram. Names of any length, script or direction stay within their line. */
export class PersonName extends LitElement {
  static override properties = {
    names: { attribute: false },
    player: {},
    me: {},
    bare: { type: Boolean, reflect: true },
    small: { type: Boolean, reflect: true },
    whole: { type: Boolean, reflect: true },
  };
  declare names: Names;
  declare player: string;
  /** The player who is looking, said as "you". */
  declare me: string;
  /** Without the monogram. */
  declare bare: boolean;
  declare small: boolean;
  /** Over several lines, if it takes them. */
  declare whole: boolean;

  static override styles = [
    controls,
    css`
      :host {
        display: inline-flex;
        align-items: center;
        gap: var(--space-2);
        min-width: 0;
        max-width: 100%;
        color: inherit;
        font: inherit;
      }
      .monogram {
        flex: none;
        display: grid;
        place-items: center;
        width: var(--monogram);
        height: var(--monogram);
        border-radius: 50%;
        color: var(--on-hue);
        font: 600 var(--text-body) / 1 var(--face-title);
      }
      :host([small]) .monogram {
        width: var(--monogram-small);
        height: var(--monogram-small);
        font-size: var(--text-small);
      }
      .hue-0 { background: var(--hue-0); }
      .hue-1 { background: var(--hue-1); }
      .hue-2 { background: var(--hue-2); }
      .hue-3 { background: var(--hue-3); }
      .hue-4 { background: var(--hue-4); }
      .hue-5 { background: var(--hue-5); }
      bdi {
        min-width: 0;
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
      }
      :host([whole]) bdi {
        white-space: normal;
        overflow-wrap: anywhere;
      }
      .you {
        flex: 0 9999 auto;
        min-width: 0;
        overflow: hidden;
        white-space: nowrap;
        color: var(--you, var(--ink-soft));
        font-weight: 400;
      }
    `,
  ];

  constructor() {
    super();
    this.player = '';
    this.me = '';
    this.bare = false;
    this.small = false;
    this.whole = false;
    new Live(this, () => this.names);
  }

  override render() {
    const name = this.names?.of(this.player) ?? '';
    return html`${this.bare ? '' : html`<span class="monogram hue-${hue(this.player)}" aria-hidden="true">${initial(name)}</span>`}
      <bdi title=${name}>${name}</bdi>
      ${this.player && this.player === this.me ? html`<span class="you">(${texts.you})</span>` : ''}`;
  }
}
customElements.define('person-name', PersonName);

/** The same player has the same colour everywhere. */
function hue(player: string): number {
  let sum = 0;
  for (const char of player) sum = (sum * 31 + (char.codePointAt(0) ?? 0)) % 9973;
  return sum % 6;
}
