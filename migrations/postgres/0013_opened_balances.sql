-- A balance is its ledger from its first moment on. The twin of ../sqlite/0013_opened_balances.sql.
CREATE TRIGGER credits_open_as_their_ledger AFTER INSERT ON credits
    FOR EACH ROW EXECUTE FUNCTION credits_balance_is_its_ledger();
