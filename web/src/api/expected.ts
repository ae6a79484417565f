// Paths that the server's document does not describe yet; goes when it does.
export interface Expected {
  "/api/app": {
    get: {
      parameters: { query?: never; header?: never; path?: never; cookie?: never };
      responses: {
        200: {
          content: {
            "application/json": {
              now?: string;
              markets: { name: string; paused: null | { reason: string; since: string } }[];
              bot_username: string;
              currency: string;
              features: { test_provider: boolean; dev_recharge: boolean; stars: boolean; ton: boolean };
              me: null | { id: number; first_name: string; last_name: string | null; username: string | null; language: "ru" | "en"; roles: ("owner" | "finance" | "moderator" | "support" | "read_only")[] };
            };
          };
        };
      };
    };
  };
  "/api/me/language": {
    put: {
      parameters: { query?: never; header?: never; path?: never; cookie?: never };
      requestBody: { content: { "application/json": { language: "ru" | "en" } } };
      responses: { 204: { content?: never } };
    };
  };
}
