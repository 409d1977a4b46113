import { css, html, LitElement, nothing } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { instantOf } from '#client/clock.ts';
import { Load } from '#client/net/load.ts';
import type { Parlor } from '#client/net/parlor.ts';
import { Refusal } from '#client/net/rest.ts';
import { texts } from '#client/texts.ts';
import type { List, Session } from '#schema/resources.ts';
import { deviceOf } from './device.ts';
import { icon, iconStyle } from './icons.ts';
import './person-name.ts';
import './relative-time.ts';
import { controls } from './styles/controls.ts';
import { dialog } from './styles/dialog.ts';
import { skeleton } from './styles/skeleton.ts';
import { tableStyle } from './styles/table.ts';

/** Who is signed in, where and since when, and a way to end it. */
export class AdminSessions extends LitElement {
  static override properties = {
    parlor: { attribute: false },
    chosen: {},
    asked: { state: true },
    told: { state: true },
  };
  declare parlor: Parlor;
  /** Name of the session that the address points at. */
  declare chosen: string;
  /** The session that one is about to end. */
  declare asked: Session | undefined;
  /** What the last attempt came to. */
  declare told: string;
  readonly #sessions = new Load<List<Session>>(
    this,
    () => 'sessions',
    async () => {
      const sessions = await this.parlor.rest.get<List<Session>>('sessions');
      for (const { spec } of sessions.items) this.parlor.names.learn(spec.player, spec.displayName);
      return sessions;
    },
  );

  static override styles = [
    controls,
    dialog,
    iconStyle,
    skeleton,
    tableStyle,
    css`
      .skeleton {
        height: calc(var(--target) * 3);
      }
      .told {
        padding-bottom: var(--space-3);
        color: var(--good);
      }
      .act {
        text-align: end;
      }
      dialog p {
        margin-top: var(--space-2);
      }
    `,
  ];

  constructor() {
    super();
    this.told = '';
  }

  override render() {
    return html`<p class=${this.told ? 'told' : ''} role="status">${this.told}</p>
      ${this.#table()} ${this.#dialog()}`;
  }

  #table() {
    const sessions = this.#sessions.now;
    if (sessions.is === 'loading') return html`<div class="skeleton" aria-busy="true"></div>`;
    if (sessions.is === 'refused') return html`<p role="alert">${sessions.sentence}</p>`;
    if (sessions.value.items.length === 0) return html`<p class="soft">${texts.admin.noSessions}</p>`;
    return html`<table>
      <caption class="visually-hidden">${texts.admin.sessions}</caption>
      <thead>
        <tr>
          <th scope="col">${texts.admin.name}</th>
          <th scope="col">${texts.admin.since}</th>
          <th scope="col">${texts.admin.lastSeen}</th>
          <th scope="col">${texts.admin.device}</th>
          <td></td>
        </tr>
      </thead>
      <tbody>
        ${repeat(
          sessions.value.items,
          ({ metadata }) => metadata.name,
          (session) => this.#row(session),
        )}
      </tbody>
    </table>`;
  }

  #row(session: Session) {
    const { names, me, serverNow } = this.parlor;
    const { metadata, spec, status } = session;
    return html`<tr aria-current=${metadata.name === this.chosen ? 'true' : nothing}>
      <td><person-name small .names=${names} .player=${spec.player} .me=${me.player}></person-name></td>
      <td data-label=${texts.admin.since}><relative-time .at=${instantOf(status.startedAt)} .now=${serverNow}></relative-time></td>
      <td data-label=${texts.admin.lastSeen}><relative-time .at=${instantOf(status.lastSeenAt)} .now=${serverNow}></relative-time></td>
      <td data-label=${texts.admin.device} class="device" title=${spec.userAgent}>${deviceOf(spec.userAgent)}</td>
      <td class="act">
        <button @click=${() => this.#ask(session)} aria-label=${`${texts.admin.signOut}: ${spec.displayName}`}>
          ${icon('log-out')}${texts.admin.signOut}
        </button>
      </td>
    </tr>`;
  }

  #dialog() {
    return html`<dialog aria-labelledby="ask" closedby="any">
      <h2 id="ask">${texts.admin.signOutTitle(this.asked?.spec.displayName ?? '')}</h2>
      <p class="soft">${texts.admin.signOutLine}</p>
      <form method="dialog">
        <button>${texts.admin.cancel}</button>
        <button class="brass" @click=${this.#end}>${texts.admin.signOut}</button>
      </form>
    </dialog>`;
  }

  async #ask(session: Session) {
    this.asked = session;
    await this.updateComplete;
    this.renderRoot.querySelector('dialog')?.showModal();
  }

  async #end() {
    const session = this.asked;
    if (!session) return;
    try {
      await this.parlor.rest.delete(`sessions/${encodeURIComponent(session.metadata.name)}`);
      this.told = texts.admin.signedOut(session.spec.displayName);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      this.told = error.message;
    }
    await this.#sessions.again();
  }
}
customElements.define('admin-sessions', AdminSessions);
