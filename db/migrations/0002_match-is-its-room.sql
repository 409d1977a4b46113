ALTER TABLE "seats" ADD COLUMN "room" text;--> statement-breakpoint
UPDATE "seats" SET "room" = "matches"."room" FROM "matches" WHERE ("matches"."journal", "matches"."seq") = ("seats"."journal", "seats"."seq");--> statement-breakpoint
ALTER TABLE "seats" ALTER COLUMN "room" SET NOT NULL;--> statement-breakpoint
ALTER TABLE "seats" DROP CONSTRAINT "seats_journal_seq_matches_journal_seq_fk";
--> statement-breakpoint
DROP INDEX "matches_newest";--> statement-breakpoint
ALTER TABLE "matches" DROP CONSTRAINT "matches_journal_seq_pk";--> statement-breakpoint
ALTER TABLE "seats" DROP CONSTRAINT "seats_journal_seq_seat_pk";--> statement-breakpoint
ALTER TABLE "matches" ADD PRIMARY KEY ("room");--> statement-breakpoint
ALTER TABLE "seats" ADD CONSTRAINT "seats_room_seat_pk" PRIMARY KEY("room","seat");--> statement-breakpoint
ALTER TABLE "seats" ADD CONSTRAINT "seats_room_matches_room_fk" FOREIGN KEY ("room") REFERENCES "public"."matches"("room") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "matches_newest" ON "matches" USING btree ("ended_at","room");--> statement-breakpoint
ALTER TABLE "seats" DROP COLUMN "journal";--> statement-breakpoint
ALTER TABLE "seats" DROP COLUMN "seq";
