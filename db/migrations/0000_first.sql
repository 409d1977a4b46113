CREATE TABLE "bans" (
	"player" text PRIMARY KEY NOT NULL,
	"ends_at" timestamp (3) with time zone NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"created_by" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "idempotency_keys" (
	"id" text PRIMARY KEY NOT NULL,
	"digest" text NOT NULL,
	"result" text,
	"at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "identity_keys" (
	"kind" text NOT NULL,
	"key_hash" text NOT NULL,
	"id_hash" text NOT NULL,
	CONSTRAINT "identity_keys_kind_key_hash_pk" PRIMARY KEY("kind","key_hash")
);
--> statement-breakpoint
CREATE TABLE "identity_rows" (
	"kind" text NOT NULL,
	"id_hash" text NOT NULL,
	"key_hash" text,
	"uid_hash" text,
	"user_code_hash" text,
	"grant_hash" text,
	"account_hash" text,
	"payload" "bytea" NOT NULL,
	"ordinal" bigint GENERATED ALWAYS AS IDENTITY (sequence name "identity_rows_ordinal_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"consumed_at" timestamp (3) with time zone,
	"expires_at" timestamp (3) with time zone,
	CONSTRAINT "identity_rows_kind_id_hash_pk" PRIMARY KEY("kind","id_hash")
);
--> statement-breakpoint
CREATE TABLE "keyrings" (
	"name" text PRIMARY KEY NOT NULL,
	"content" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "matches" (
	"journal" text NOT NULL,
	"seq" bigint NOT NULL,
	"room" text NOT NULL,
	"game" text NOT NULL,
	"ending" text NOT NULL,
	"started_at" timestamp (3) with time zone NOT NULL,
	"ended_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "matches_journal_seq_pk" PRIMARY KEY("journal","seq")
);
--> statement-breakpoint
CREATE TABLE "players" (
	"id" text PRIMARY KEY NOT NULL,
	"wrapped_key" "bytea",
	"name" "bytea",
	"subject" "bytea",
	"created_at" timestamp (3) with time zone NOT NULL,
	"last_login_at" timestamp (3) with time zone NOT NULL,
	"disabled_at" timestamp (3) with time zone,
	"erased_at" timestamp (3) with time zone
);
--> statement-breakpoint
CREATE TABLE "revocations" (
	"kind" text NOT NULL,
	"name" text NOT NULL,
	"not_before" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "revocations_kind_name_pk" PRIMARY KEY("kind","name")
);
--> statement-breakpoint
CREATE TABLE "seats" (
	"journal" text NOT NULL,
	"seq" bigint NOT NULL,
	"seat" integer NOT NULL,
	"player" text NOT NULL,
	"result" text NOT NULL,
	CONSTRAINT "seats_journal_seq_seat_pk" PRIMARY KEY("journal","seq","seat")
);
--> statement-breakpoint
CREATE TABLE "sessions" (
	"session" text PRIMARY KEY NOT NULL,
	"player" text NOT NULL,
	"user_agent" "bytea",
	"started_at" timestamp (3) with time zone NOT NULL,
	"last_seen_at" timestamp (3) with time zone NOT NULL,
	"ended_at" timestamp (3) with time zone,
	"ended_by" text,
	"reason" text
);
--> statement-breakpoint
ALTER TABLE "identity_keys" ADD CONSTRAINT "identity_keys_kind_id_hash_identity_rows_kind_id_hash_fk" FOREIGN KEY ("kind","id_hash") REFERENCES "public"."identity_rows"("kind","id_hash") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "seats" ADD CONSTRAINT "seats_journal_seq_matches_journal_seq_fk" FOREIGN KEY ("journal","seq") REFERENCES "public"."matches"("journal","seq") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sessions" ADD CONSTRAINT "sessions_player_players_id_fk" FOREIGN KEY ("player") REFERENCES "public"."players"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "bans_newest" ON "bans" USING btree ("created_at","player");--> statement-breakpoint
CREATE INDEX "idempotency_keys_age" ON "idempotency_keys" USING btree ("at");--> statement-breakpoint
CREATE INDEX "identity_keys_row" ON "identity_keys" USING btree ("kind","id_hash");--> statement-breakpoint
CREATE UNIQUE INDEX "identity_rows_key" ON "identity_rows" USING btree ("kind","key_hash");--> statement-breakpoint
CREATE INDEX "identity_rows_uid" ON "identity_rows" USING btree ("kind","uid_hash");--> statement-breakpoint
CREATE INDEX "identity_rows_user_code" ON "identity_rows" USING btree ("kind","user_code_hash");--> statement-breakpoint
CREATE INDEX "identity_rows_grant" ON "identity_rows" USING btree ("kind","grant_hash");--> statement-breakpoint
CREATE INDEX "identity_rows_account" ON "identity_rows" USING btree ("kind","account_hash");--> statement-breakpoint
CREATE INDEX "identity_rows_expiry" ON "identity_rows" USING btree ("expires_at");--> statement-breakpoint
CREATE INDEX "matches_newest" ON "matches" USING btree ("ended_at","journal","seq");--> statement-breakpoint
CREATE INDEX "players_newest" ON "players" USING btree ("created_at","id");--> statement-breakpoint
CREATE INDEX "seats_by_player" ON "seats" USING btree ("player","result");--> statement-breakpoint
CREATE INDEX "sessions_live_first" ON "sessions" USING btree (("ended_at" is null),"started_at","session");--> statement-breakpoint
CREATE INDEX "sessions_by_player" ON "sessions" USING btree ("player","started_at");