CREATE TABLE "keyrings" (
	"name" text PRIMARY KEY NOT NULL,
	"content" text NOT NULL
);
