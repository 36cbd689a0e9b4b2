package io.attx.dataaccess.mybatis;

import java.util.List;
import org.apache.ibatis.annotations.Delete;
import org.apache.ibatis.annotations.Insert;
import org.apache.ibatis.annotations.Mapper;
import org.apache.ibatis.annotations.Options;
import org.apache.ibatis.annotations.Param;
import org.apache.ibatis.annotations.Select;
import org.apache.ibatis.annotations.Update;

/** What mappers of applications look like. */
@Mapper
public interface ProductMapper {

  @Insert("INSERT INTO mybatis_product (name, stock) VALUES (#{name}, #{stock})")
  @Options(useGeneratedKeys = true, keyProperty = "id", keyColumn = "id")
  int insert(Product product);

  @Insert({
    "<script>INSERT INTO mybatis_product (name, stock) VALUES",
    "<foreach collection='list' item='p' separator=','>(#{p.name}, #{p.stock})</foreach></script>"
  })
  @Options(useGeneratedKeys = true, keyProperty = "id", keyColumn = "id")
  int insertAll(List<Product> products);

  @Update({
    "<script>UPDATE mybatis_product <set>",
    "<if test='name != null'>name = #{name},</if>",
    "<if test='stock != null'>stock = #{stock},</if>",
    "</set> WHERE id = #{id}</script>"
  })
  int update(@Param("id") long id, @Param("name") String name, @Param("stock") Integer stock);

  @Update(
      "UPDATE mybatis_product SET stock = stock - #{count} WHERE name = #{name} AND stock >= #{count}")
  int take(@Param("name") String name, @Param("count") int count);

  @Delete({
    "<script>DELETE FROM mybatis_product WHERE name IN",
    "<foreach collection='list' item='n' open='(' separator=',' close=')'>#{n}</foreach></script>"
  })
  int deleteByNames(List<String> names);

  @Insert(
      "INSERT INTO mybatis_product (name, stock) VALUES (#{name}, #{stock})"
          + " ON DUPLICATE KEY UPDATE stock = stock + VALUES(stock)")
  int upsertOnMySql(Product product);

  @Insert(
      "INSERT INTO mybatis_product (name, stock) VALUES (#{name}, #{stock})"
          + " ON CONFLICT (name) DO UPDATE SET stock = mybatis_product.stock + EXCLUDED.stock")
  int upsertOnPostgreSql(Product product);

  @Delete("DELETE FROM mybatis_product")
  int deleteAll();

  @Select("SELECT CONCAT(name, ' ', stock) FROM mybatis_product ORDER BY name")
  List<String> texts();

  @Select("SELECT stock FROM mybatis_product WHERE name = #{name} FOR UPDATE")
  int lock(String name);
}
