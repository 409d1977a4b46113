import { css, html, LitElement, nothing } from 'lit';
import { Live } from '#client/net/live.ts';
import type { Parlor } from '#client/net/parlor.ts';
import { texts } from '#client/texts.ts';
import './connection-band.ts';
import './lobby-people.ts';
import './lobby-tables.ts';
import './parlor-chat.ts';
import './room-over.ts';
import { controls, phone, wide } from './styles/controls.ts';
import { skeleton } from './styles/skeleton.ts';
import './view-tabs.ts';
import type { Tab } from './view-tabs.ts';

const TABS: readonly Tab[] = [
  { id: 'people', label: texts.lobby.people, sign: 'users' },
  { id: 'tables', label: texts.lobby.tables, sign: 'armchair' },
  { id: 'talk', label: texts.lobby.talk, sign: 'messages' },
];

/** The lobby: who is here on the left, tables in the middle, talk on the right; on a phone three tabs. */
export class ParlorLobby extends LitElement {
  static override properties = { parlor: { attribute: false }, tab: { reflect: true } };
  declare parlor: Parlor;
  declare tab: string;

  static override styles = [
    controls,
    skeleton,
    css`
      :host {
        display: grid;
        grid-template-columns: minmax(0, 1fr) var(--talk);
        grid-template-rows: auto minmax(0, 1fr);
        grid-template-areas: "band band" "tables talk";
        height: 100%;
        min-height: 0;
      }
      connection-band {
        grid-area: band;
      }
      section {
        min-width: 0;
        min-height: 0;
        overflow-y: auto;
        padding: var(--space-5);
      }
      h2 {
        margin-bottom: var(--space-4);
      }
      .people {
        grid-area: people;
        padding-inline: var(--space-3);
        background: var(--paper-sunk);
      }
      .people :is(h2, .alone) {
        padding-inline: var(--space-3);
        font-size: var(--text-large);
      }
      .people .skeleton {
        height: var(--target);
        margin-bottom: var(--space-2);
      }
      .tables {
        grid-area: tables;
      }
      .tables > * {
        max-width: var(--tables);
        margin-inline: auto;
      }
      .talk {
        grid-area: talk;
        display: flex;
        flex-direction: column;
        overflow: hidden;
        padding: 0;
        border-inline-start: var(--hairline) solid var(--line);
        background: var(--paper-raised);
      }
      .talk h2 {
        margin: 0;
        padding: var(--space-4);
        border-bottom: var(--hairline) solid var(--line);
        font-size: var(--text-large);
      }
      parlor-chat {
        flex: 1;
        height: auto;
      }
      room-over {
        grid-column: 1 / -1;
      }
      view-tabs {
        display: none;
      }
      @media ${wide} {
        :host {
          grid-template-columns: var(--side) minmax(0, 1fr) var(--talk);
          grid-template-areas: "band band band" "people tables talk";
        }
      }
      @media not ${wide} {
        :host {
          grid-template-rows: auto auto minmax(0, 1fr);
          grid-template-areas: "band band" "people talk" "tables talk";
        }
        .people {
          max-height: calc(var(--target) * 4);
        }
      }
      @media ${phone} {
        :host {
          grid-template-columns: minmax(0, 1fr);
          grid-template-rows: auto minmax(0, 1fr) auto;
          grid-template-areas: "band" "view" "tabs";
        }
        section {
          grid-area: view;
          padding: var(--space-4);
        }
        .people {
          max-height: none;
        }
        .people,
        .tables,
        .talk {
          grid-area: view;
        }
        .talk {
          border: 0;
        }
        .talk h2 {
          display: none;
        }
        :host([tab="people"]) :is(.tables, .talk),
        :host([tab="tables"]) :is(.people, .talk),
        :host([tab="talk"]) :is(.people, .tables) {
          display: none;
        }
        view-tabs {
          display: block;
          grid-area: tabs;
        }
      }
    `,
  ];

  constructor() {
    super();
    this.tab = 'tables';
    new Live(this, () => this.parlor?.lobby);
  }

  override render() {
    const { parlor } = this;
    const { lobby, me, names } = parlor;
    if (lobby.status === 'signed-out')
      return html`<h1 class="visually-hidden">${texts.lobby.title}</h1>
        <room-over .status=${'signed-out'} .refusal=${lobby.refusal} .rest=${parlor.rest} ?here=${parlor.signedOutHere} @act=${() => parlor.signIn()}></room-over>`;
    return html`<connection-band .status=${lobby.status}></connection-band>
      <h1 class="visually-hidden">${texts.lobby.title}</h1>
      <section class="people" aria-labelledby="people">
        <h2 id="people">${texts.lobby.people}</h2>
        ${
          lobby.status === 'connecting'
            ? [0, 1, 2].map(() => html`<div class="skeleton"></div>`)
            : html`<lobby-people .people=${lobby.people} .tables=${lobby.tables} .names=${names} .me=${me.player} .now=${this.parlor.serverNow}></lobby-people>`
        }
        ${
          lobby.status !== 'connecting' && lobby.people.length < 2
            ? html`<p class="soft small alone">${texts.lobby.peopleEmpty}</p>`
            : nothing
        }
      </section>
      <section class="tables" aria-labelledby="tables">
        <h2 id="tables">${texts.lobby.tables}</h2>
        <lobby-tables .parlor=${parlor}></lobby-tables>
      </section>
      <section class="talk" aria-labelledby="talk">
        <h2 id="talk">${texts.lobby.talk}</h2>
        <parlor-chat channel="lobby" ?calm=${lobby.status === 'reconnecting'} .parlor=${parlor}></parlor-chat>
      </section>
      <view-tabs
        .tabs=${TABS}
        .chosen=${this.tab}
        label=${texts.lobby.title}
        @choose=${(event: CustomEvent<string>) => {
          this.tab = event.detail;
        }}
      ></view-tabs>`;
  }
}
customElements.define('parlor-lobby', ParlorLobby);
