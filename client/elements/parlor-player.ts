import { css, html, LitElement } from 'lit';
import { Live } from '#client/net/live.ts';
import { Load } from '#client/net/load.ts';
import type { Parlor } from '#client/net/parlor.ts';
import { texts } from '#client/texts.ts';
import type { Stat } from '#schema/resources.ts';
import './person-name.ts';
import { controls } from './styles/controls.ts';
import { skeleton } from './styles/skeleton.ts';

/** A player's page: the name, whether they are here, and how their matches went. */
export class ParlorPlayer extends LitElement {
  static override properties = { parlor: { attribute: false }, player: {} };
  declare parlor: Parlor;
  declare player: string;
  readonly #stat = new Load<Stat>(
    this,
    () => this.player,
    () => this.parlor.rest.get<Stat>(`stats/${encodeURIComponent(this.player)}`),
  );

  static override styles = [
    controls,
    skeleton,
    css`
      :host {
        display: block;
        max-width: var(--reading);
        margin-inline: auto;
        padding: var(--space-6) var(--space-5);
      }
      header {
        display: grid;
        gap: var(--space-1);
        margin-bottom: var(--space-5);
      }
      h1 {
        min-width: 0;
      }
      h1 person-name {
        font: inherit;
      }
      dl {
        display: grid;
        grid-template-columns: repeat(auto-fit, minmax(var(--mini-board), 1fr));
        gap: var(--space-3);
      }
      dl div {
        display: flex;
        flex-direction: column-reverse;
        padding: var(--space-4);
        border-radius: var(--radius-large);
        background: var(--paper-raised);
        box-shadow: var(--shadow-low);
      }
      dt {
        color: var(--ink-soft);
        font-size: var(--text-small);
      }
      dd {
        font: 560 var(--text-display) / var(--leading-tight) var(--face-title);
      }
      .skeleton {
        height: var(--space-7);
      }
    `,
  ];

  constructor() {
    super();
    new Live(this, () => this.parlor?.lobby);
  }

  override render() {
    const { lobby, me, names } = this.parlor;
    const here = lobby.people.some(({ player }) => player === this.player);
    return html`<header>
        <h1><person-name whole .names=${names} .player=${this.player} .me=${me.player}></person-name></h1>
        <p class="soft">${here ? texts.player.here : texts.player.away}</p>
      </header>
      ${this.#scores()}`;
  }

  #scores() {
    const stat = this.#stat.now;
    if (stat.is === 'loading') return html`<div class="skeleton" aria-busy="true"></div>`;
    if (stat.is === 'refused') return html`<p class="soft">${stat.sentence}</p>`;
    const { played, won, lost, drawn } = stat.value.status;
    if (played === 0) return html`<p class="soft">${texts.player.noMatches}</p>`;
    return html`<dl>
      ${[
        [texts.player.played, played],
        [texts.player.won, won],
        [texts.player.lost, lost],
        [texts.player.drawn, drawn],
      ].map(([term, count]) => html`<div><dt>${term}</dt><dd>${count}</dd></div>`)}
    </dl>`;
  }
}
customElements.define('parlor-player', ParlorPlayer);
