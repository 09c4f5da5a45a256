declare namespace Cloudflare {
  interface Env {
    TEST_MIGRATIONS: import("cloudflare:test").D1Migration[];
    LOG_MIGRATIONS: import("cloudflare:test").D1Migration[];
    ARCHIVE: R2Bucket;
    LOW_CLIENT_RATE: RateLimit;
  }
}
