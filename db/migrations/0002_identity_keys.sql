CREATE TABLE "identity_keys" (
	"kind" text NOT NULL,
	"key_hash" text NOT NULL,
	"id_hash" text NOT NULL,
	CONSTRAINT "identity_keys_kind_key_hash_pk" PRIMARY KEY("kind","key_hash")
);
--> statement-breakpoint
ALTER TABLE "identity_keys" ADD CONSTRAINT "identity_keys_kind_id_hash_identity_rows_kind_id_hash_fk" FOREIGN KEY ("kind","id_hash") REFERENCES "public"."identity_rows"("kind","id_hash") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "identity_keys_row" ON "identity_keys" USING btree ("kind","id_hash");