import java.io.*;
import java.sql.*;
import java.util.*;
import java.util.concurrent.*;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyManager;

/** Uses PostgreSQL as applications on JDBC do, and throws an error at the first wrong answer. */
class Jdbc {
  static String url;

  static Connection open(String options) throws SQLException {
    return DriverManager.getConnection(url + options, "postgres", "postgres");
  }

  static void check(Object actual, Object expected) {
    if (!Objects.equals(actual, expected)) throw new AssertionError("expected " + expected + ", got " + actual);
  }

  static long count(Connection c, String sql) throws SQLException {
    try (Statement s = c.createStatement();
        ResultSet r = s.executeQuery(sql)) {
      r.next();
      return r.getLong(1);
    }
  }

  static String fail(Statement s, String sql) {
    try {
      s.execute(sql);
    } catch (SQLException e) {
      return e.getSQLState();
    }
    throw new AssertionError("no error: " + sql);
  }

  public static void main(String[] arguments) throws Exception {
    url = arguments[0];
    try (Connection c = open("")) {
      try (Statement s = c.createStatement()) {
        s.execute("create table jdbc (id serial primary key, n int, word text)");
      }
      // The driver names a statement after its fifth execution.
      String insert = "insert into jdbc (n, word) values (?, ?)";
      try (PreparedStatement p = c.prepareStatement(insert, Statement.RETURN_GENERATED_KEYS)) {
        for (int n = 0; n < 20; n++) {
          p.setInt(1, n);
          p.setString(2, "w" + n);
          check(p.executeUpdate(), 1);
          try (ResultSet keys = p.getGeneratedKeys()) {
            keys.next();
            check(keys.getInt(1), n + 1);
          }
        }
        for (int n = 0; n < 1000; n++) {
          p.setInt(1, 1000 + n);
          p.setString(2, "batch");
          p.addBatch();
        }
        check(Arrays.stream(p.executeBatch()).sum(), 1000);
      }
      // A cursor of the driver: portals with a fetch size in a transaction.
      c.setAutoCommit(false);
      try (Statement s = c.createStatement()) {
        s.setFetchSize(10);
        int rows = 0;
        try (ResultSet r = s.executeQuery("select * from jdbc")) {
          while (r.next()) rows++;
        }
        check(rows, 1020);
        Savepoint point = c.setSavepoint();
        check(fail(s, "select 1/0"), "22012");
        c.rollback(point);
        check(s.executeUpdate("delete from jdbc where n >= 1000"), 1000);
        c.rollback();
      }
      c.setAutoCommit(true);
      check(count(c, "select count(*) from jdbc"), 1020L);
      CopyManager copy = c.unwrap(PGConnection.class).getCopyAPI();
      check(copy.copyIn("copy jdbc (n, word) from stdin", new StringReader("7\tseven\n8\teight\n")), 2L);
      StringWriter out = new StringWriter();
      check(copy.copyOut("copy (select n, word from jdbc where word in ('seven', 'eight') order by n) to stdout", out), 2L);
      check(out.toString(), "7\tseven\n8\teight\n");
      // The driver implements this limit by a cancel request.
      try (Statement s = c.createStatement()) {
        s.setQueryTimeout(1);
        check(fail(s, "select pg_sleep(30)"), "57014");
      }
      try (Connection other = open("");
          Statement s = c.createStatement();
          Statement o = other.createStatement()) {
        s.execute("listen news");
        o.execute("notify news, 'hello'");
        check(c.unwrap(PGConnection.class).getNotifications(5000)[0].getParameter(), "hello");
      }
      check(c.getMetaData().getDatabaseMajorVersion(), 18);
      try (ResultSet r = c.getMetaData().getColumns(null, "public", "jdbc", null)) {
        int columns = 0;
        while (r.next()) columns++;
        check(columns, 3);
      }
      check(c.isValid(2), true);
    }
    // Several connections at once, in every mode of queries.
    String[] modes = {"simple", "extended", "extendedForPrepared", "extendedCacheEverything"};
    ExecutorService pool = Executors.newFixedThreadPool(modes.length * 2);
    List<Future<Integer>> done = new ArrayList<>();
    for (int i = 0; i < modes.length * 2; i++) {
      int n = i;
      Callable<Integer> use = () -> {
        int sum = 0;
        try (Connection c = open("?preferQueryMode=" + modes[n % modes.length] + "&prepareThreshold=2")) {
          for (int round = 0; round < 20; round++) {
            c.setAutoCommit(round % 2 == 0);
            try (PreparedStatement p = c.prepareStatement("select ?::int + ?")) {
              p.setInt(1, n);
              p.setInt(2, round);
              try (ResultSet r = p.executeQuery()) {
                r.next();
                check(r.getInt(1), n + round);
                sum++;
              }
            }
            if (!c.getAutoCommit()) c.commit();
          }
        }
        return sum;
      };
      done.add(pool.submit(use));
    }
    for (Future<Integer> each : done) check(each.get(), 20);
    pool.shutdown();
    System.out.println("ok");
  }
}
