import { css, html, LitElement, nothing } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { inBackground } from '#client/background.ts';
import { instantOf } from '#client/clock.ts';
import { Load } from '#client/net/load.ts';
import type { Parlor } from '#client/net/parlor.ts';
import { pathTo } from '#client/router.ts';
import { duration, exactTime, texts } from '#client/texts.ts';
import type { Ban, List, Player } from '#schema/resources.ts';
import './admin-person.ts';
import type { AdminPerson } from './admin-person.ts';
import './person-name.ts';
import './relative-time.ts';
import { controls } from './styles/controls.ts';
import { skeleton } from './styles/skeleton.ts';
import { tableStyle } from './styles/table.ts';

/** Everyone who ever came: last login, time spent, matches played. */
export class AdminPlayers extends LitElement {
  static override properties = { parlor: { attribute: false } };
  declare parlor: Parlor;
  #bans: ReadonlyMap<string, Ban> = new Map();
  readonly #players = new Load<List<Player>>(
    this,
    () => 'players',
    async () => {
      const bans = await this.parlor.rest.get<List<Ban>>('bans');
      this.#bans = new Map(bans.items.map((ban) => [ban.metadata.name, ban]));
      const players = await this.parlor.rest.get<List<Player>>('players');
      for (const { metadata, spec } of players.items) this.parlor.names.learn(metadata.name, spec.displayName);
      return players;
    },
  );

  static override styles = [
    controls,
    skeleton,
    tableStyle,
    css`
      a {
        display: block;
        min-width: 0;
        text-decoration: none;
      }
      .skeleton {
        height: calc(var(--target) * 3);
      }
      .act {
        text-align: end;
      }
      .out {
        color: var(--bad);
      }
      .online {
        color: var(--good);
        font-weight: 560;
      }
    `,
  ];

  override render() {
    const players = this.#players.now;
    if (players.is === 'loading') return html`<div class="skeleton" aria-busy="true"></div>`;
    if (players.is === 'refused') return html`<p role="alert">${players.sentence}</p>`;
    if (players.value.items.length === 0) return html`<p class="soft">${texts.admin.noPlayers}</p>`;
    return html`<table>
      <caption class="visually-hidden">${texts.admin.players}</caption>
      <thead>
        <tr>
          <th scope="col">${texts.admin.name}</th>
          <th scope="col">${texts.admin.lastLogin}</th>
          <th scope="col">${texts.admin.sessionTime}</th>
          <th scope="col" class="number">${texts.admin.matches}</th>
          <td></td>
        </tr>
      </thead>
      <tbody>
        ${repeat(
          players.value.items,
          ({ metadata }) => metadata.name,
          (player) => this.#row(player),
        )}
      </tbody>
    </table>
    <admin-person .parlor=${this.parlor} @changed=${() => inBackground(this.#players.again())}></admin-person>`;
  }

  #row(player: Player) {
    const {
      metadata: { name },
      spec,
      status,
    } = player;
    const ban = this.#bans.get(name);
    const { names, me } = this.parlor;
    return html`<tr>
      <td><a href=${pathTo.player(name)}><person-name small .names=${names} .player=${name} .me=${me.player}></person-name></a>${this.#state(spec.enabled, ban)}</td>
      <td data-label=${texts.admin.lastLogin}>${this.#lastLogin(status)}</td>
      <td data-label=${texts.admin.sessionTime}>${status ? duration(status.sessionSeconds * 1000) : '–'}</td>
      <td data-label=${texts.admin.matches} class="number">${status?.matchesPlayed ?? '–'}</td>
      <td class="act">
        ${
          name === me.player
            ? nothing
            : html`<button
                @click=${() => this.#manage(player, ban)}
                aria-label=${`${texts.operate.manage}: ${spec.displayName}`}
              >
                ${texts.operate.manage}
              </button>`
        }
      </td>
    </tr>`;
  }

  #state(enabled: boolean | undefined, ban: Ban | undefined) {
    const words = [
      enabled === false ? texts.operate.disabled : '',
      ban ? texts.operate.banned(exactTime(instantOf(ban.spec.endsAt))) : '',
    ].filter(Boolean);
    return words.length > 0 ? html`<span class="out small">${words.join(', ')}</span>` : nothing;
  }

  #manage(player: Player, ban: Ban | undefined) {
    inBackground(this.renderRoot.querySelector<AdminPerson>('admin-person')?.open(player, ban));
  }

  #lastLogin(status: Player['status']) {
    if (!status) return '–';
    if (status.online) return html`<span class="online">${texts.admin.live}</span>`;
    return html`<relative-time .at=${instantOf(status.lastLogin)} .now=${this.parlor.serverNow}></relative-time>`;
  }
}
customElements.define('admin-players', AdminPlayers);
