CREATE TABLE "channels" (
	"name" text PRIMARY KEY NOT NULL,
	"kind" text NOT NULL,
	"readers" text NOT NULL,
	"title" text NOT NULL,
	"ttl_ms" bigint NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL
);
